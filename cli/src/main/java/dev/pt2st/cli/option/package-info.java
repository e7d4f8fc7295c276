/** The options of the command line, their groups in the help, and their values. */
@NullMarked
package dev.pt2st.cli.option;

import org.jspecify.annotations.NullMarked;
