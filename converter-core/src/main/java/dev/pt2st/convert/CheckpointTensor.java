package dev.pt2st.convert;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;

/**
 * The name and form of a tensor in a {@link CheckpointFile}.
 *
 * @param name as a conversion would write it
 * @param dtype of its elements; may be a complex dtype that safetensors does not have
 * @param shape its sizes in elements, outermost first; packed 4-bit floats are counted one by one
 */
public record CheckpointTensor(String name, DType dtype, Shape shape) {

  /** The size of all its elements in bytes. */
  public long byteSize() {
    long elements = shape.elementCount();
    return dtype == DType.F4 ? elements / 2 : Math.multiplyExact(elements, dtype.byteSize());
  }
}
