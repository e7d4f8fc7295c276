/**
 * The safetensors format, usable on its own: {@link dev.pt2st.safetensors.SafetensorsFile} reads
 * and validates a file, {@link dev.pt2st.safetensors.SafetensorsWriter} writes one.
 */
@NullMarked
package dev.pt2st.safetensors;

import org.jspecify.annotations.NullMarked;
