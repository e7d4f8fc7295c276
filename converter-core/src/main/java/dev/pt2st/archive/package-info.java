/** What a checkpoint file is made of, told by its content and never by its name. */
@NullMarked
package dev.pt2st.archive;

import org.jspecify.annotations.NullMarked;
