package dev.pt2st.convert.names;

import dev.pt2st.torch.value.TensorValue;

/** A tensor with its name and the keys that the name is made of. */
public record NamedTensor(String name, KeyPath path, TensorValue tensor) {}
