/** PyTorch's meaning of a pickle: the allowlist, storages and tensors. */
@NullMarked
package dev.pt2st.torch;

import org.jspecify.annotations.NullMarked;
