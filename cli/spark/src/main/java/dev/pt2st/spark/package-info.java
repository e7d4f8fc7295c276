/**
 * The work on many files as a Spark job: a thin layer over the units of the library, with the same
 * results as those of {@code pt2st run}.
 */
@NullMarked
package dev.pt2st.spark;

import org.jspecify.annotations.NullMarked;
