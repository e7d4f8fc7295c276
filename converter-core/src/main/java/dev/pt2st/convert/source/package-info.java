/** What a conversion takes its tensors from: a checkpoint, safetensors files, NumPy arrays. */
@NullMarked
package dev.pt2st.convert.source;

import org.jspecify.annotations.NullMarked;
