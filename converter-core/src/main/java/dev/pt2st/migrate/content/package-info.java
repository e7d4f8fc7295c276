/**
 * What is in the files of a migration: checkpoints, indices, training state, other people's
 * outputs.
 */
@NullMarked
package dev.pt2st.migrate.content;

import org.jspecify.annotations.NullMarked;
