package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.bench.checkpoint.CheckpointGenerator;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The verdict on an ordinary checkpoint. */
public class ScanBenchmark extends ReadBenchmark {
  private static final int TENSORS = 200;

  /** Of all tensors, which a scan does not read. */
  @Param("256MB")
  public String bytes = "";

  @Override
  void generate(Workplace workplace) throws IOException {
    CheckpointGenerator.generate(
        CheckpointSpec.ordinary(ByteCount.parse(bytes), TENSORS, ElementType.FP16),
        workplace.input());
  }

  /** What is measured. */
  @Benchmark
  public FileReport scan() {
    return new FileScanner(ScanOptions.STANDARD).scan(workplace().input());
  }
}
