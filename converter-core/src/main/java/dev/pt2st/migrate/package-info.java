/** A directory of models: what is to be done as plain data, and the work on each piece of it. */
@NullMarked
package dev.pt2st.migrate;

import org.jspecify.annotations.NullMarked;
