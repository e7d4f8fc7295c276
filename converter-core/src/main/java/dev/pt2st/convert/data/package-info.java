/** The sources of planned tensors' bytes. */
@NullMarked
package dev.pt2st.convert.data;

import org.jspecify.annotations.NullMarked;
