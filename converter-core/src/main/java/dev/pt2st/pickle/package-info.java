/** A restricted unpickler: pickle streams become inert data. Knows nothing of PyTorch. */
@NullMarked
package dev.pt2st.pickle;

import org.jspecify.annotations.NullMarked;
