package dev.pt2st.convert;

import dev.pt2st.torch.TensorValue;

/** A tensor with its name and the keys that gave it. */
record NamedTensor(String name, KeyPath path, TensorValue tensor) {}
