/** Walks a tree, directory by directory, and stores what was decided about each. */
@NullMarked
package dev.pt2st.migrate.plan;

import org.jspecify.annotations.NullMarked;
