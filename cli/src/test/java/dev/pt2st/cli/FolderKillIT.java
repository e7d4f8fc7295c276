package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conversions of folders that are stopped at random points, with the real launcher: there is the
 * whole output under its name, or nothing.
 */
class FolderKillIT {
  /** How often a conversion is stopped; {@code -Dpt2st.kills=200} for more. */
  private static final int KILLS = Integer.getInteger("pt2st.kills", 6);

  private static final long SEED = Long.getLong("pt2st.kills.seed", 6);
  private static final int ROWS = 8000;
  private static final int COLUMNS = 5000;

  @TempDir Path temporary;

  /** What is converted, of 160 to 320 MB. */
  enum Input {
    FILE {
      @Override
      Path write(Path folder) throws IOException {
        Path file = folder.resolve("in.pt");
        new CheckpointWriter(ROWS * COLUMNS)
            .tensor("a")
            .tensor("b")
            .writeFilled(file, FolderWriter.FILL);
        return file;
      }
    },
    DCP {
      @Override
      Path write(Path folder) throws IOException {
        return FolderWriter.dcp(folder.resolve("step-1"), ROWS, COLUMNS);
      }
    },
    ZERO {
      @Override
      Path write(Path folder) throws IOException {
        return FolderWriter.zero(folder.resolve("global_step1"), ROWS, COLUMNS);
      }
    };

    abstract Path write(Path folder) throws IOException;
  }

  private Launcher.Started start(Path input, Path output) throws Exception {
    return Launcher.startConversion(temporary, Map.of(), input, output);
  }

  @ParameterizedTest
  @EnumSource
  void thereIsTheWholeOutputOrNone(Input kind) throws Exception {
    Path input = kind.write(temporary);
    Path whole = temporary.resolve("whole.safetensors");
    long begin = System.nanoTime();
    Launcher.Ended ended = start(input, whole).await();
    long duration = System.nanoTime() - begin;
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(Files.size(whole)).isGreaterThan((long) ROWS * COLUMNS * Float.BYTES);
    Random random = new Random(SEED);
    int stopped = 0;
    // The first conversion reads what the others find in memory, so later signals come sooner.
    for (int i = 0; i < KILLS; i++) {
      boolean isKill = i % 2 == 0;
      stopped +=
          stops(input, whole, isKill, (long) (random.nextDouble() * duration / (i + 1))) ? 1 : 0;
    }
    assertThat(stopped).as("of %s conversions", KILLS).isPositive();
  }

  /** Whether the signal came before the output had its name. */
  private boolean stops(Path input, Path whole, boolean isKill, long nanoseconds) throws Exception {
    Path folder = Files.createTempDirectory(temporary, "models");
    Path output = folder.resolve("out.safetensors");
    Launcher.Started started = start(input, output);
    if (!started.process().waitFor(Duration.ofNanos(nanoseconds))) {
      boolean _ = started.signalIfRunning(isKill ? "KILL" : "TERM");
    }
    Launcher.Ended ended = started.await();
    List<String> left;
    try (Stream<Path> files = Files.list(folder)) {
      left = files.map(file -> file.getFileName().toString()).toList();
    }
    boolean isThere = left.contains("out.safetensors");
    if (isThere) {
      assertThat(Files.mismatch(output, whole)).as("the whole output").isEqualTo(-1);
    } else {
      int code = ended.stoppedAsItStarted() && !isKill ? 143 : ended.code();
      assertThat(code).as(ended.output()).isEqualTo(isKill ? 137 : 143);
    }
    if (!isKill) {
      assertThat(left).as("what is left").isSubsetOf("out.safetensors");
    }
    assertThat(left)
        .allMatch(name -> name.equals("out.safetensors") || name.matches("\\.pt2st-.*\\.tmp"));
    for (String name : left) {
      Files.delete(folder.resolve(name));
    }
    Files.delete(folder);
    return !isThere;
  }
}
