package dev.pt2st.verify;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.List;

/**
 * A tensor of a model, as a safetensors file has it or would have it.
 *
 * @param shape as a header gives it: packed 4-bit floats are counted one by one
 * @param bytes as many as dtype and shape say
 * @param records what they are read from, where a CRC-32 of it is to be compared
 * @param ownRecords the same of records that no other tensor has
 */
record ModelTensor(
    String name,
    DType dtype,
    Shape shape,
    TensorBytes bytes,
    List<ByteSource.Stored> records,
    List<ByteSource.Stored> ownRecords) {

  /** A tensor that may share all that it is read from. */
  ModelTensor(
      String name, DType dtype, Shape shape, TensorBytes bytes, List<ByteSource.Stored> records) {
    this(name, dtype, shape, bytes, records, List.of());
  }
}
