/** Which folders are one checkpoint of several processes, and which files and parts they have. */
@NullMarked
package dev.pt2st.checkpoint.sharded.folder;

import org.jspecify.annotations.NullMarked;
