/** Records what runs have done, so that later runs can resume. */
@NullMarked
package dev.pt2st.migrate.journal;

import org.jspecify.annotations.NullMarked;
