/** Output for a terminal: tables, units, escaped names, progress bars. */
@NullMarked
package dev.pt2st.cli.terminal;

import org.jspecify.annotations.NullMarked;
