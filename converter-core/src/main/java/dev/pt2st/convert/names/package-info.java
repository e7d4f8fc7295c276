/** Finds the part of a checkpoint that is the model, and names its tensors. */
@NullMarked
package dev.pt2st.convert.names;

import org.jspecify.annotations.NullMarked;
