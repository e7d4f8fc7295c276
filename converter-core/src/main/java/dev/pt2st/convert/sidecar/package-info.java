/** Writes the values beside the tensors as JSON. */
@NullMarked
package dev.pt2st.convert.sidecar;

import org.jspecify.annotations.NullMarked;
