package dev.pt2st.verify;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.List;

/**
 * A tensor of a model as it is, or would be, in a safetensors file.
 *
 * @param shape as a header gives it: packed 4-bit floats are counted one by one
 * @param bytes as many as the dtype and shape need
 * @param records the records that they are read from, if a CRC-32 must be compared
 * @param ownRecords likewise, the records that no other tensor uses
 */
record ModelTensor(
    String name,
    DType dtype,
    Shape shape,
    TensorBytes bytes,
    List<ByteSource.Stored> records,
    List<ByteSource.Stored> ownRecords) {

  /** A tensor that may share all of its records. */
  ModelTensor(
      String name, DType dtype, Shape shape, TensorBytes bytes, List<ByteSource.Stored> records) {
    this(name, dtype, shape, bytes, records, List.of());
  }
}
