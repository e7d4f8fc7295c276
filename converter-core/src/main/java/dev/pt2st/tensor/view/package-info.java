/** Tensors as a checkpoint describes them: strided views over storages. */
@NullMarked
package dev.pt2st.tensor.view;

import org.jspecify.annotations.NullMarked;
