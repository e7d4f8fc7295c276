/** What a source and a store of bytes elsewhere are: read by ranges, written as uploads. */
@NullMarked
package dev.pt2st.io.source;

import org.jspecify.annotations.NullMarked;
