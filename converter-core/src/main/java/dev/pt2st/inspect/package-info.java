/**
 * Inspects files without converting them: container, tensors, values and globals, as data that
 * outlives the open file.
 */
@NullMarked
package dev.pt2st.inspect;

import org.jspecify.annotations.NullMarked;
