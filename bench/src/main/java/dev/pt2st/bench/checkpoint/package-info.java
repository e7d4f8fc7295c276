/** The generator of checkpoints of any size and layout. */
@NullMarked
package dev.pt2st.bench.checkpoint;

import org.jspecify.annotations.NullMarked;
