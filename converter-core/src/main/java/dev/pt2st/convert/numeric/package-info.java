/** Numbers: casts, sums and the bits of floats. */
@NullMarked
package dev.pt2st.convert.numeric;

import org.jspecify.annotations.NullMarked;
