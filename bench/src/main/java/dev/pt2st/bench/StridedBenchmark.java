package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.ReadOptions;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.bench.checkpoint.FileLayout;
import dev.pt2st.bench.checkpoint.Strides;
import dev.pt2st.convert.options.ConvertOptions;
import org.openjdk.jmh.annotations.Param;

/**
 * Tensors that have to be gathered, of 64 MiB as 4096×4096 fp32 is, and contiguous ones of that
 * size beside them. {@code bench/strided} runs it on one processor, and so with one thread, beside
 * PyTorch's {@code contiguous()}.
 */
public class StridedBenchmark extends AgainstCopy {
  /** Bytes of a tensor: 4096×4096 fp32. */
  private static final long TENSOR = 64 << 20;

  /** Of all tensors. */
  @Param("256MiB")
  public String bytes = "";

  /** How the tensors lie in their storages. */
  @Param({"CONTIGUOUS", "TRANSPOSED", "CHANNELS_LAST"})
  public String strides = "";

  /** Whether each record's CRC-32 is checked, which PyTorch does not where it maps the file. */
  @Param("true")
  public boolean checkCrc;

  @Override
  ConvertOptions options() {
    return ConvertOptions.STANDARD.withRead(
        ReadOptions.STANDARD.withCrc(checkCrc ? ReadOptions.Crc.COMPARE : ReadOptions.Crc.IGNORE));
  }

  @Override
  CheckpointSpec checkpoint() {
    long size = ByteCount.parse(bytes);
    return new CheckpointSpec(
        size,
        Math.toIntExact(Math.max(1, size / TENSOR)),
        ElementType.FP32,
        FileLayout.ZIP,
        Strides.valueOf(strides),
        1);
  }
}
