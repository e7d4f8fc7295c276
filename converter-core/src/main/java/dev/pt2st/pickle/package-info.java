/** A restricted unpickler, which turns pickle streams into inert data. Knows nothing of PyTorch. */
@NullMarked
package dev.pt2st.pickle;

import org.jspecify.annotations.NullMarked;
