/**
 * The work on many files as data: units that any scheduler can hand out, the work on one as a
 * function of it, and what came of each as a line that can be kept and merged.
 */
@NullMarked
package dev.pt2st.units;

import org.jspecify.annotations.NullMarked;
