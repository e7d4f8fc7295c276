package dev.pt2st.convert;

import dev.pt2st.tensor.DType;

/** What is to be written under a name; its place in the output is still open. */
record NamedData(String name, TensorData data) {

  /** The same in another dtype, if it is a floating one that can be cast. */
  NamedData cast(DType dtype) {
    return data.dtype() == dtype || !Caster.isFrom(data.dtype())
        ? this
        : new NamedData(name, new TensorData.Cast(data, dtype));
  }
}
