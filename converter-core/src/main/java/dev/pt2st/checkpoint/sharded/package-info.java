/** Folders that several processes have written, each a part of one checkpoint. */
@NullMarked
package dev.pt2st.checkpoint.sharded;

import org.jspecify.annotations.NullMarked;
