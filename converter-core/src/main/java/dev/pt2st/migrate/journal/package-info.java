/** The record of what earlier runs have done, and what is resumed from it. */
@NullMarked
package dev.pt2st.migrate.journal;

import org.jspecify.annotations.NullMarked;
