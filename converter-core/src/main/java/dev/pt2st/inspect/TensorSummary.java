package dev.pt2st.inspect;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as a file describes it.
 *
 * @param name the keys that lead to it from the top, joined by dots
 * @param kind such as "sparse coo" or "quantized"; empty for an ordinary tensor
 * @param dtype of its elements; null if unknown
 * @param shape its sizes, outermost first; null if unknown
 * @param strides in elements; null if it is contiguous in row-major order
 * @param bytes the size of its elements in bytes when written in full; for other kinds, the size of
 *     all components
 * @param sharedWith the first tensor of the file that overlaps it in memory; empty for that tensor
 *     itself and if there is none
 * @param remark why a conversion would not write it under this name; empty if it would
 * @param file the shard that holds it; empty if there is only one file
 */
public record TensorSummary(
    String name,
    String kind,
    @Nullable DType dtype,
    @Nullable Shape shape,
    @Nullable Shape strides,
    long bytes,
    String sharedWith,
    String remark,
    String file) {

  /** The same tensor in a shard; an existing remark is kept. */
  TensorSummary inShard(String shard, String why) {
    return new TensorSummary(
        name,
        kind,
        dtype,
        shape,
        strides,
        bytes,
        sharedWith,
        remark.isEmpty() ? why : remark,
        shard);
  }

  /** The number of its elements; 0 if unknown or too large for a {@code long}. */
  public long elements() {
    try {
      return shape == null ? 0 : shape.elementCount();
    } catch (ArithmeticException e) {
      return 0;
    }
  }

  /**
   * The name of its dtype in safetensors, or in PyTorch if safetensors has none; empty if unknown.
   */
  public String dtypeName() {
    if (dtype == null) {
      return "";
    }
    String name = dtype.safetensorsName();
    String torchName = dtype.torchName();
    if (name == null && torchName != null) {
      return torchName.substring("torch.".length());
    }
    return name == null ? dtype.name() : name;
  }
}
