/** Carries out a plan: copies, gathers, scatters and converts the elements. */
@NullMarked
package dev.pt2st.convert.copy;

import org.jspecify.annotations.NullMarked;
