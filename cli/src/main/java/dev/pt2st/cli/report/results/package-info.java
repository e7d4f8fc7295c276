/** The results of many units, merged into one report. */
@NullMarked
package dev.pt2st.cli.report.results;

import org.jspecify.annotations.NullMarked;
