package dev.pt2st.bench;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.bench.checkpoint.CheckpointGenerator;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.bench.checkpoint.ElementType;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.verify.ModelDigest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The digest of a model, against SHA-256 of the same bytes on one thread. */
public class ChecksumBenchmark extends ReadBenchmark {
  private static final int TENSORS = 300;

  /** Of all tensors. */
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
  public ModelDigest checksum() throws CheckpointException, IOException {
    return ModelDigest.of(workplace().input(), ConvertOptions.STANDARD, ProgressListener.NONE);
  }

  /** The JDK's SHA-256, of the whole file. */
  @Benchmark
  public byte[] sha256() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    read((piece, count) -> digest.update(piece, 0, count));
    return digest.digest();
  }
}
