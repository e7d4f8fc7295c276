package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.bench.checkpoint.FileLayout;
import dev.pt2st.bench.checkpoint.Strides;
import org.openjdk.jmh.annotations.Param;

/** Many small tensors: what a tensor costs besides its bytes. 51.2 MB are 50,000 tensors. */
public class ManyTensorsBenchmark extends AgainstCopy {
  /** Bytes of a tensor. */
  private static final int TENSOR = 1024;

  /** Of all tensors. */
  @Param("51.2MB")
  public String bytes = "";

  /** Of the file: zip or legacy. */
  @Param({"ZIP", "LEGACY"})
  public String layout = "";

  @Override
  CheckpointSpec checkpoint() {
    long size = ByteCount.parse(bytes);
    return new CheckpointSpec(
        size,
        Math.toIntExact(size / TENSOR),
        ElementType.FP16,
        FileLayout.valueOf(layout),
        Strides.CONTIGUOUS,
        1);
  }
}
