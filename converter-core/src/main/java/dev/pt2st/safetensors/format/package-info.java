/** The bytes of the format: headers, indices and shards, read, checked and written. */
@NullMarked
package dev.pt2st.safetensors.format;

import org.jspecify.annotations.NullMarked;
