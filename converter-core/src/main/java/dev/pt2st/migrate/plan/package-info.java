/** Turns a tree of directories into units of work. */
@NullMarked
package dev.pt2st.migrate.plan;

import org.jspecify.annotations.NullMarked;
