/**
 * What a caller of a migration sees, as plain data: settings, the plan with its units, what came of
 * each, and who hears of it.
 */
@NullMarked
package dev.pt2st.migrate.unit;

import org.jspecify.annotations.NullMarked;
