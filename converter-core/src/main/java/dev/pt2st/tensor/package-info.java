/** Element types, and what a tensor is: a strided view over a storage. */
@NullMarked
package dev.pt2st.tensor;

import org.jspecify.annotations.NullMarked;
