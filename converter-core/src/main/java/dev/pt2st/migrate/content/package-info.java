/**
 * Examines single files: checkpoints and other files, training state, indices, safetensors models
 * made by others, and the rests of outputs.
 */
@NullMarked
package dev.pt2st.migrate.content;

import org.jspecify.annotations.NullMarked;
