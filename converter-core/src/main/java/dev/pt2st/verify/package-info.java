/**
 * Compares models and sums them up, whatever files they are in. Reads a checkpoint's elements one
 * by one where the strides, the byte order and the views say they are; nothing here goes through
 * the code that copies them.
 */
@NullMarked
package dev.pt2st.verify;

import org.jspecify.annotations.NullMarked;
