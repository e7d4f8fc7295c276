/**
 * The work on many files as data: units that any scheduler can distribute, the work on one unit as
 * a function, and results as lines that can be stored and merged.
 */
@NullMarked
package dev.pt2st.units;

import org.jspecify.annotations.NullMarked;
