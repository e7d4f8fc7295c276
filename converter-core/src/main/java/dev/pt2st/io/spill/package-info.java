/** Queues and tables that move to the disk before they fill the heap. */
@NullMarked
package dev.pt2st.io.spill;

import org.jspecify.annotations.NullMarked;
