/** Folders of PyTorch's distributed checkpoints (DCP): their metadata, items and pieces. */
@NullMarked
package dev.pt2st.checkpoint.sharded.dcp;

import org.jspecify.annotations.NullMarked;
