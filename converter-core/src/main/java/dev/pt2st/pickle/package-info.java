/**
 * A restricted unpickler that turns pickle streams into inert data. It knows nothing about PyTorch.
 */
@NullMarked
package dev.pt2st.pickle;

import org.jspecify.annotations.NullMarked;
