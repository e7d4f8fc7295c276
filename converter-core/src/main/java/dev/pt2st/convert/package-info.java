/** Converts a checkpoint to a safetensors file: first a plan, which is data, then the copy. */
@NullMarked
package dev.pt2st.convert;

import org.jspecify.annotations.NullMarked;
