/**
 * Compares models and computes their digests, in whatever files they are. A checkpoint's elements
 * are looked up one by one by their strides, byte order and views, independently of the code that
 * copies them.
 */
@NullMarked
package dev.pt2st.verify;

import org.jspecify.annotations.NullMarked;
