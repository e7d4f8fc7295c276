/**
 * Checks whether everything in a file is known to be data. It scans everything that could be read
 * as a pickle, refuses nothing and runs nothing. The result is a report.
 */
@NullMarked
package dev.pt2st.scan;

import org.jspecify.annotations.NullMarked;
