/** Where the elements go: the output, what is rounded or hashed on the way, a thread's buffers. */
@NullMarked
package dev.pt2st.convert.copy.sink;

import org.jspecify.annotations.NullMarked;
