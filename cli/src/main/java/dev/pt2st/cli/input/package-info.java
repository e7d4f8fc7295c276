/** The inputs of a command: paths and addresses, and how addresses are read. */
@NullMarked
package dev.pt2st.cli.input;

import org.jspecify.annotations.NullMarked;
