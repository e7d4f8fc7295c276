/** Element types and shapes, and what the header of a file says of a tensor. */
@NullMarked
package dev.pt2st.tensor;

import org.jspecify.annotations.NullMarked;
