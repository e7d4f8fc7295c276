/** The byte format: reads, validates and writes headers, indices and shards. */
@NullMarked
package dev.pt2st.safetensors.format;

import org.jspecify.annotations.NullMarked;
