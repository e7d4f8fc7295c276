/**
 * Pages that need nothing but themselves: no script, nothing fetched, names that are text alone.
 */
@NullMarked
package dev.pt2st.cli.report.html;

import org.jspecify.annotations.NullMarked;
