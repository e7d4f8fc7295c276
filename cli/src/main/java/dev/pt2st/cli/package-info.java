/** The command line: one class for each command, the terminal, the exit codes. */
@NullMarked
package dev.pt2st.cli;

import org.jspecify.annotations.NullMarked;
