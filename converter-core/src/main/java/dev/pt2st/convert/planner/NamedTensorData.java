package dev.pt2st.convert.planner;

import dev.pt2st.convert.data.NumericSupport;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.tensor.DType;

/**
 * Data to be written under a name; its position in the output is not decided yet.
 *
 * @param exact whether it keeps its dtype when others are cast: a cast scale, say, would change the
 *     numbers that integers represent
 */
record NamedTensorData(String name, TensorData data, boolean exact) {

  NamedTensorData(String name, TensorData data) {
    this(name, data, false);
  }

  /** The same tensor in another dtype, if its own is a floating dtype that can be cast. */
  NamedTensorData cast(DType dtype) {
    return exact || data.dtype() == dtype || !NumericSupport.canCastFrom(data.dtype())
        ? this
        : new NamedTensorData(name, new TensorData.Cast(data, dtype));
  }
}
