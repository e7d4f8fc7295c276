package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.tensor.DType;
import org.openjdk.jmh.annotations.Param;

/** Rounding to half as many bytes on the way. */
public class CastBenchmark extends AgainstCopy {
  private static final int TENSORS = 300;

  /** Of all tensors. */
  @Param("256MB")
  public String bytes = "";

  /** What is rounded to: F16 or BF16. */
  @Param({"F16", "BF16"})
  public String dtype = "";

  @Override
  CheckpointSpec checkpoint() {
    return CheckpointSpec.ordinary(ByteCount.parse(bytes), TENSORS, ElementType.FP32);
  }

  @Override
  ConvertOptions options() {
    return ConvertOptions.STANDARD.withCast(DType.valueOf(dtype));
  }
}
