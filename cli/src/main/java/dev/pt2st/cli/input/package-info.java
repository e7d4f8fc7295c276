/** What the inputs of a command are named by, paths and addresses, and how the latter are read. */
@NullMarked
package dev.pt2st.cli.input;

import org.jspecify.annotations.NullMarked;
