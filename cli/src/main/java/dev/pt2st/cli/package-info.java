/** The command line: one class for each command, and the frame that runs them. */
@NullMarked
package dev.pt2st.cli;

import org.jspecify.annotations.NullMarked;
