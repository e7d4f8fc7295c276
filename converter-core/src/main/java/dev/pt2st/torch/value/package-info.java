/** What the values of a checkpoint are: tensors of every layout, storages, arrays of NumPy. */
@NullMarked
package dev.pt2st.torch.value;

import org.jspecify.annotations.NullMarked;
