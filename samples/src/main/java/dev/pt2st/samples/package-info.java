/** Short programs that use the library. */
@NullMarked
package dev.pt2st.samples;

import org.jspecify.annotations.NullMarked;
