/** Reads and writes data as lines of text, for plans, facts and journals. */
@NullMarked
package dev.pt2st.migrate.lines;

import org.jspecify.annotations.NullMarked;
