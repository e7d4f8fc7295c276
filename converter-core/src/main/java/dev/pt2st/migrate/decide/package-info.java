/**
 * What becomes of what is there: facts in, decisions out. Nothing here looks at a file by itself;
 * what only the disk can tell is asked of a {@code CloserLook}.
 */
@NullMarked
package dev.pt2st.migrate.decide;

import org.jspecify.annotations.NullMarked;
