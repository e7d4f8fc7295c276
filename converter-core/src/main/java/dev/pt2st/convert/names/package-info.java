/** Which part of a checkpoint is the model, and what its tensors are called. */
@NullMarked
package dev.pt2st.convert.names;

import org.jspecify.annotations.NullMarked;
