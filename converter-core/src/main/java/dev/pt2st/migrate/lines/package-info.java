/** Data as lines of text: what plans, facts and journals are kept in. */
@NullMarked
package dev.pt2st.migrate.lines;

import org.jspecify.annotations.NullMarked;
