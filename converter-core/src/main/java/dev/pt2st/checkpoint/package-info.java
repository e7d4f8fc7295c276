/** Every layout in which PyTorch has written a checkpoint, and the tensors in it. */
@NullMarked
package dev.pt2st.checkpoint;

import org.jspecify.annotations.NullMarked;
