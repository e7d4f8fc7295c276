/** The safetensors format, of use on its own. */
@NullMarked
package dev.pt2st.safetensors;

import org.jspecify.annotations.NullMarked;
