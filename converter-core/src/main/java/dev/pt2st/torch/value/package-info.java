/** The values in a checkpoint: tensors of every layout, storages, NumPy arrays. */
@NullMarked
package dev.pt2st.torch.value;

import org.jspecify.annotations.NullMarked;
