/** The pickles of a file, found and listed instruction by instruction. */
@NullMarked
package dev.pt2st.inspect.pickle;

import org.jspecify.annotations.NullMarked;
