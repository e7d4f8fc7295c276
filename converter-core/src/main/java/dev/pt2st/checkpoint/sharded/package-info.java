/** The tensors of checkpoints to which several processes have written a part each. */
@NullMarked
package dev.pt2st.checkpoint.sharded;

import org.jspecify.annotations.NullMarked;
