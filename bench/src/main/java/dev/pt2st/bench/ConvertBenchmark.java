package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.bench.checkpoint.FileLayout;
import dev.pt2st.bench.checkpoint.Strides;
import org.openjdk.jmh.annotations.Param;

/** An ordinary model: some hundred large tensors. */
public class ConvertBenchmark extends AgainstCopy {
  private static final int TENSORS = 300;

  /** Of all tensors. */
  @Param("256MB")
  public String bytes = "";

  /** Of the file: zip or legacy. */
  @Param({"ZIP", "LEGACY"})
  public String layout = "";

  @Override
  CheckpointSpec checkpoint() {
    return new CheckpointSpec(
        ByteCount.parse(bytes),
        TENSORS,
        ElementType.FP16,
        FileLayout.valueOf(layout),
        Strides.CONTIGUOUS,
        1);
  }
}
