/**
 * Pages that need nothing but themselves: nothing fetched, no script but the one that zooms a
 * drawing, names that are text alone.
 */
@NullMarked
package dev.pt2st.cli.report.html;

import org.jspecify.annotations.NullMarked;
