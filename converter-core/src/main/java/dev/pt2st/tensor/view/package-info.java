/** What a checkpoint says of a tensor: a strided view over a storage. */
@NullMarked
package dev.pt2st.tensor.view;

import org.jspecify.annotations.NullMarked;
