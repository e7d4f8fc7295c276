/** The names of checkpoints, shards, indices and their outputs: pure functions of names. */
@NullMarked
package dev.pt2st.migrate.names;

import org.jspecify.annotations.NullMarked;
