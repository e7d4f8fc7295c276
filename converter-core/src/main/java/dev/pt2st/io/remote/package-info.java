/** Which store an address names. */
@NullMarked
package dev.pt2st.io.remote;

import org.jspecify.annotations.NullMarked;
