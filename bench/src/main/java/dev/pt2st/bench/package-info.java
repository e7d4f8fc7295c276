/** Benchmarks, and what they share. */
@NullMarked
package dev.pt2st.bench;

import org.jspecify.annotations.NullMarked;
