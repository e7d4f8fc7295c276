/** Benchmarks, and the generator of the checkpoints that they convert. */
@NullMarked
package dev.pt2st.bench;

import org.jspecify.annotations.NullMarked;
