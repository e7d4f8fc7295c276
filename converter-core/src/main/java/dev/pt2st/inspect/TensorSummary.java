package dev.pt2st.inspect;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as a file describes it.
 *
 * @param name the keys that lead to it from the top, joined by dots
 * @param kind what it is, if it is no ordinary tensor: "sparse coo", "quantized"; else empty
 * @param dtype of its elements, where known
 * @param shape its sizes, outermost first, where known
 * @param strides in elements; null where its elements lie in row-major order without holes
 * @param bytes of its elements when written in full; of another kind, of all that it is made of
 * @param sharedWith the first tensor of the file that lies over a part of the same memory; empty
 *     for that tensor itself and for one that shares none
 * @param remark why a conversion would not write it under this name; empty where it would
 * @param file the shard that holds it; empty where there is only one file
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

  /** The same tensor in a shard; a remark of its own stays. */
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

  /** How many elements it has; 0 where that is not known or no number. */
  public long elements() {
    try {
      return shape == null ? 0 : shape.elementCount();
    } catch (ArithmeticException e) {
      return 0;
    }
  }

  /**
   * Its element type as safetensors calls it, or as PyTorch does where safetensors has no name for
   * it; empty where it is not known.
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
