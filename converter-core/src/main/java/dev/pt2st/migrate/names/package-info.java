/** What checkpoints, shards, indices and their outputs are called: pure functions of names. */
@NullMarked
package dev.pt2st.migrate.names;

import org.jspecify.annotations.NullMarked;
