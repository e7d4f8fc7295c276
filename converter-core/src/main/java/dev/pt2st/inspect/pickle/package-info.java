/** Finds the pickles of a file and lists their instructions. */
@NullMarked
package dev.pt2st.inspect.pickle;

import org.jspecify.annotations.NullMarked;
