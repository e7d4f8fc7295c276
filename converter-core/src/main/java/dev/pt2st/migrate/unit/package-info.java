/**
 * The data that a caller of a migration uses: settings, the plan with its units, the result of
 * each, and the listener.
 */
@NullMarked
package dev.pt2st.migrate.unit;

import org.jspecify.annotations.NullMarked;
