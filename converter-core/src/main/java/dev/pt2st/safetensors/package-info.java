/**
 * The safetensors format, of use on its own: {@link dev.pt2st.safetensors.SafetensorsFile} reads
 * and checks a file, {@link dev.pt2st.safetensors.SafetensorsWriter} makes one.
 */
@NullMarked
package dev.pt2st.safetensors;

import org.jspecify.annotations.NullMarked;
