/** Files: mapping, cursors, atomic output. The only package that touches channels. */
@NullMarked
package dev.pt2st.io;

import org.jspecify.annotations.NullMarked;
