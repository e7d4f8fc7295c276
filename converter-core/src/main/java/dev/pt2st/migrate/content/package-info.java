/**
 * What is in one file: a checkpoint or something else, training state, an index, a model in
 * safetensors of somebody else's, what is left of an output.
 */
@NullMarked
package dev.pt2st.migrate.content;

import org.jspecify.annotations.NullMarked;
