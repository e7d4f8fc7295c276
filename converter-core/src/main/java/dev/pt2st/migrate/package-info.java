/** A directory of models, migrated: the plan is made first, then each unit of it is carried out. */
@NullMarked
package dev.pt2st.migrate;

import org.jspecify.annotations.NullMarked;
