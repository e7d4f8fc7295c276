package dev.pt2st.convert;

import dev.pt2st.RefusedGlobal;
import dev.pt2st.safetensors.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * A conversion before anything is written: pure data, what {@code --dry-run} prints.
 *
 * @param layout what the input is made of
 * @param root the path of the part that is converted; empty for the top
 * @param tensors what is written, in the order of the file
 * @param leftOut what of the checkpoint is not written
 * @param skipped tensors of the root that safetensors cannot hold, with the reason
 * @param dropped names that share the storage of another, with that one
 * @param inert globals that are not on the allowlist and were kept as inert records
 * @param metadata the texts of {@code __metadata__}
 * @param header the first bytes of the file
 * @param dataBytes the bytes of all tensors
 */
public record Plan(
    String layout,
    String root,
    List<PlannedTensor> tensors,
    List<LeftOut> leftOut,
    List<Skipped> skipped,
    Map<String, String> dropped,
    List<RefusedGlobal> inert,
    Map<String, String> metadata,
    Header header,
    long dataBytes) {

  /**
   * A tensor and its place in the output.
   *
   * @param info its entry in the header
   * @param data where its bytes come from
   */
  public record PlannedTensor(TensorInfo info, TensorData data) {}

  /** A tensor of the root that is not written, and why. */
  public record Skipped(String name, String why) {}

  /** The bytes in front of the data. */
  public static final class Header {
    private final byte[] bytes;

    Header(byte[] bytes) {
      this.bytes = bytes;
    }

    /** How many bytes there are: the position of the first tensor. */
    public int size() {
      return bytes.length;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  public Plan {
    tensors = List.copyOf(tensors);
    leftOut = List.copyOf(leftOut);
    skipped = List.copyOf(skipped);
    inert = List.copyOf(inert);
  }

  /** The size of the output. */
  public long fileBytes() {
    return header.size() + dataBytes;
  }
}
