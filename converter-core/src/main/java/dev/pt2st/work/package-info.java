/** Work and its bounds: tasks on several threads, and the deadline of one input. */
@NullMarked
package dev.pt2st.work;

import org.jspecify.annotations.NullMarked;
