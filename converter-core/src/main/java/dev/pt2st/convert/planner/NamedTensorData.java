package dev.pt2st.convert.planner;

import dev.pt2st.convert.data.NumericSupport;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.tensor.DType;

/**
 * What is to be written under a name; its place in the output is still open.
 *
 * @param exact whether it keeps its dtype where others are cast: what integers stand for would be
 *     another number otherwise
 */
record NamedTensorData(String name, TensorData data, boolean exact) {

  NamedTensorData(String name, TensorData data) {
    this(name, data, false);
  }

  /** The same in another dtype, if it is a floating one that can be cast. */
  NamedTensorData cast(DType dtype) {
    return exact || data.dtype() == dtype || !NumericSupport.canCastFrom(data.dtype())
        ? this
        : new NamedTensorData(name, new TensorData.Cast(data, dtype));
  }
}
