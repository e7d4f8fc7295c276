package dev.pt2st.bench;

import dev.pt2st.CheckpointException;
import dev.pt2st.bench.checkpoint.CheckpointGenerator;
import dev.pt2st.bench.checkpoint.CheckpointSpec;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The conversion of a checkpoint against the floor: a plain copy of the same bytes, in the same
 * run.
 *
 * <p>The input is in the page cache. Each invocation writes a new file, which is gone from the disk
 * and from its queue before the next begins; otherwise that one would wait for it. An invocation
 * takes long enough to be timed by itself, and single times show how uneven a disk is.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
// The collector that the launcher of pt2st chooses.
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public abstract class AgainstCopy {
  private final Workplace workplace = new Workplace();

  /** What is converted. */
  abstract CheckpointSpec checkpoint();

  /** How it is converted. */
  ConvertOptions options() {
    return ConvertOptions.STANDARD;
  }

  /** Writes the checkpoint. */
  @Setup
  public void generate() throws IOException {
    workplace.open();
    CheckpointGenerator.generate(checkpoint(), workplace.input());
    workplace.settle();
  }

  /** Removes all. */
  @TearDown
  public void close() throws IOException {
    workplace.close();
  }

  /** Removes what an invocation wrote. */
  @TearDown(Level.Invocation)
  public void removeOutput() throws IOException {
    Files.delete(workplace.output());
    workplace.settle();
  }

  /** What is measured. */
  @Benchmark
  public ConversionResult convert() throws CheckpointException, IOException {
    return Converter.convert(
        workplace.input(), workplace.output(), options(), ProgressListener.NONE);
  }

  /** The JDK's copy of a file. */
  @Benchmark
  public Path filesCopy() throws IOException {
    return Files.copy(workplace.input(), workplace.output());
  }

  /** A copy from channel to channel. */
  @Benchmark
  public long transferTo() throws IOException {
    try (FileChannel from = FileChannel.open(workplace.input(), StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(
                workplace.output(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = from.size();
      long done = 0;
      while (done < size) {
        done += from.transferTo(done, size - done, to);
      }
      return done;
    }
  }
}
