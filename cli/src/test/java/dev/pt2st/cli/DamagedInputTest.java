package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to the bytes of a checkpoint, a conversion ends in order: done, failed or
 * refused, in one sentence, within a time and an amount of memory, and with nothing left behind.
 * Every sample of every layout is cut short at many places and has bytes changed, the same ones in
 * each run.
 */
class DamagedInputTest {
  /** How often each sample is damaged in each way; more of them by hand, for a search. */
  private static final int TIMES = Integer.getInteger("pt2st.damages", 24);

  private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

  /** What the thread of a conversion may allocate in all; its tensors need none of it. */
  private static final long HEAP_LIMIT = 96L << 20;

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of(),
          List.of("--no-crc"),
          List.of("--no-crc", "--root", "all", "--unsupported", "skip", "--inert"),
          kinds("dequantize", "dense"),
          kinds("components", "components"));

  @TempDir Path temporary;

  private static List<String> kinds(String quantized, String sparse) {
    String options =
        "--no-crc --nested components --complex real --quantized "
            + quantized
            + " --sparse "
            + sparse;
    return List.of(options.split(" ", -1));
  }

  /** Damaged bytes, and in words what was done to them. */
  private static final class Damage {
    private final byte[] bytes;
    private final String what;

    Damage(byte[] bytes, String what) {
      this.bytes = bytes;
      this.what = what;
    }
  }

  static Stream<String> samples() {
    return Samples.checkpoints().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void endsInOrder(String sample) throws Exception {
    byte[] whole = Files.readAllBytes(Samples.checkpoint(sample));
    int turn = 0;
    for (Damage damage : damages(whole, new Random(sample.hashCode()))) {
      convert(sample, damage, OPTIONS.get(turn++ % OPTIONS.size()));
    }
  }

  private static List<Damage> damages(byte[] whole, Random random) {
    List<Damage> damages = new ArrayList<>();
    for (int i = 0; i < TIMES && whole.length > 0; i++) {
      // Evenly over the file, and anywhere.
      damages.add(cut(whole, (int) ((long) whole.length * i / TIMES)));
      damages.add(cut(whole, random.nextInt(whole.length)));
      damages.add(change(whole, random, 1, 0, whole.length));
      damages.add(change(whole, random, 4, 0, whole.length));
      // Where headers, directories and pickles mostly are.
      damages.add(change(whole, random, 1, 0, Math.min(whole.length, 1024)));
      damages.add(change(whole, random, 1, Math.max(0, whole.length - 1024), whole.length));
    }
    return damages;
  }

  private static Damage cut(byte[] whole, int length) {
    return new Damage(Arrays.copyOf(whole, length), "cut to " + length + " bytes");
  }

  private static Damage change(byte[] whole, Random random, int count, int from, int to) {
    byte[] changed = whole.clone();
    StringBuilder what = new StringBuilder("with changed bytes at");
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(from, to);
      changed[at] ^= (byte) (1 + random.nextInt(255));
      what.append(' ').append(at).append('=').append(changed[at] & 0xff);
    }
    return new Damage(changed, what.toString());
  }

  private void convert(String sample, Damage damage, List<String> options) throws IOException {
    Path input = Files.write(temporary.resolve("damaged"), damage.bytes);
    Path output = temporary.resolve("out.safetensors");
    List<Object> arguments = new ArrayList<>(options);
    arguments.add(input);
    arguments.add(output);
    String described = sample + ", " + damage.what + ", " + options;
    long[] allocated = new long[1];
    Run run = within(TIME_LIMIT, described, () -> measured(arguments.toArray(), allocated));
    assertThat(run.code())
        .as(described)
        .isIn(ExitCode.DONE.code(), ExitCode.FAILED.code(), ExitCode.REFUSED.code());
    assertThat(run.err()).as(described).doesNotContain("internal error");
    assertThat(allocated[0]).as(described).isLessThan(HEAP_LIMIT);
    if (run.code() == ExitCode.DONE.code()) {
      assertThat(output).as(described).isNotEmptyFile();
      Files.delete(output);
    } else {
      assertThat(run.errLines().getFirst()).as(described).startsWith("pt2st: " + input);
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).as(described).containsExactly(input);
    }
  }

  private static Run measured(Object[] arguments, long[] allocated) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      throw new IllegalStateException("this JVM does not count what a thread allocates");
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    Run run = Run.convert(arguments);
    allocated[0] = threads.getCurrentThreadAllocatedBytes() - before;
    return run;
  }

  /** Does not wait for what takes too long. */
  private static Run within(Duration limit, String described, Supplier<Run> step) {
    CompletableFuture<Run> running = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            running.complete(step.get());
          } catch (Throwable e) {
            running.completeExceptionally(e);
          }
        });
    try {
      return running.get(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return fail(described + ": takes more than " + limit, e);
    } catch (ExecutionException e) {
      return fail(described + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      return fail(described + ": interrupted", e);
    }
  }
}
