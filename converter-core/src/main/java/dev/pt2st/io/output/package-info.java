/** Outputs of several files that appear together, and a log that one process at a time writes. */
@NullMarked
package dev.pt2st.io.output;

import org.jspecify.annotations.NullMarked;
