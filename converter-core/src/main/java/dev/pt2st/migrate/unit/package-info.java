/** One piece of a migration as plain data: what it is, what is to be done, what came of it. */
@NullMarked
package dev.pt2st.migrate.unit;

import org.jspecify.annotations.NullMarked;
