/** What the bytes of planned tensors are made from. */
@NullMarked
package dev.pt2st.convert.data;

import org.jspecify.annotations.NullMarked;
