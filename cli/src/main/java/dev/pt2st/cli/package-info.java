/** The command line: one class a command, the terminal, the exit codes. */
@NullMarked
package dev.pt2st.cli;

import org.jspecify.annotations.NullMarked;
