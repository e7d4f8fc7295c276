package dev.pt2st.bench;

import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What reads a file and writes none, against the floor: a copy of the same bytes from the mapped
 * file to memory, in the same run. The file is in the page cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
// The collector that the launcher of pt2st chooses.
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public abstract class ReadBenchmark {
  private final Workplace workplace = new Workplace();
  private final byte[] buffer = new byte[256 << 10];
  private @Nullable MappedFile mapped;

  /** Writes the input. */
  abstract void generate(Workplace workplace) throws IOException;

  /** The folder and its files. */
  final Workplace workplace() {
    return workplace;
  }

  /** Makes the input. */
  @Setup
  public void open() throws IOException {
    workplace.open();
    generate(workplace);
    workplace.settle();
    mapped = MappedFile.open(workplace.input());
  }

  /** Removes all. */
  @TearDown
  public void close() throws IOException {
    file().close();
    workplace.close();
  }

  /** The input. */
  final MappedFile file() {
    return Objects.requireNonNull(mapped, "not open");
  }

  /** Every byte of the input, through a buffer that stays in the processor's cache. */
  @Benchmark
  public byte[] copy() {
    read((piece, count) -> {});
    return buffer;
  }

  /** Copies the input to memory piece by piece, and hands on each with the number of its bytes. */
  final void read(ObjIntConsumer<byte[]> use) {
    MemorySegment bytes = file().bytes(0, file().size());
    MemorySegment piece = MemorySegment.ofArray(buffer);
    for (long done = 0; done < bytes.byteSize(); ) {
      int count = (int) Math.min(bytes.byteSize() - done, buffer.length);
      MemorySegment.copy(bytes, done, piece, 0, count);
      use.accept(buffer, count);
      done += count;
    }
  }
}
