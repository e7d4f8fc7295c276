/** Finds the store for an address. */
@NullMarked
package dev.pt2st.io.remote;

import org.jspecify.annotations.NullMarked;
