/** Reads every layout in which PyTorch has written checkpoints, and the tensors in it. */
@NullMarked
package dev.pt2st.checkpoint;

import org.jspecify.annotations.NullMarked;
