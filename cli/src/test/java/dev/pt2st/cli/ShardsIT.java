package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of an output in shards appear together, whatever ends the program. */
class ShardsIT {
  /** Safetensors files without tensors, as nothing else is overwritten. */
  private static final String OLD_SHARD = "\2\0\0\0\0\0\0\0{}";

  private static final String OLD_LAST_SHARD = "\3\0\0\0\0\0\0\0{ }";

  private static final String OLD_INDEX =
      "{\"weight_map\":{\"a\":\"x-00001-of-00001.safetensors\"}}";

  private static final int MILLION = 1_000_000;

  @TempDir Path temporary;

  private Path models;
  private Path output;

  @BeforeEach
  void makeAFolder() throws IOException {
    models = Files.createDirectory(temporary.resolve("models"));
    output = models.resolve("x.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void aSignalWhileASecondShardIsWrittenLeavesNothingBehind(String signal, int code)
      throws Exception {
    Launcher.Started started = startShards(250 * MILLION, "a", "b");
    started.awaitWhileRunning(() -> names().size() > 1);
    started.signal(signal);
    assertThat(started.await().code()).isEqualTo(code);
    assertThat(models).isEmptyDirectory();
  }

  @Test
  void aKillLeavesNothingUnderAFinalName() throws Exception {
    Launcher.Started started = startShards(250 * MILLION, "a", "b");
    started.awaitWhileRunning(() -> names().size() > 1);
    started.signal("KILL");
    assertThat(started.await().code()).isEqualTo(137);
    assertThat(names()).isNotEmpty().allMatch(name -> name.matches("\\.pt2st-.*\\.tmp"));
  }

  private static final int MANY = 5_000;
  private static final int ATTEMPTS = 10;

  /**
   * With so many files the renames take a while, and the signal comes in the midst of them. On a
   * busy machine it may come behind the last one, and then all files are there.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSignalBetweenTheRenamesTakesBackThoseThatWereMade(boolean overwrite) throws Exception {
    CheckpointWriter checkpoint = new CheckpointWriter(1);
    for (int i = 0; i < MANY; i++) {
      checkpoint.tensor("t" + i);
    }
    Path input = temporary.resolve("in.pt");
    checkpoint.write(input);
    boolean inTheMidst = false;
    for (int i = 0; i < ATTEMPTS && !inTheMidst; i++) {
      inTheMidst = signalBetweenRenames(input, overwrite);
    }
    assumeTrue(inTheMidst, "skipped: no signal came between two renames");
  }

  /** Gives whether the signal came in time; if it did not, all files must be there. */
  private boolean signalBetweenRenames(Path input, boolean overwrite) throws Exception {
    Path index = models.resolve("x.safetensors.index.json");
    Path last = models.resolve("x-05000-of-05000.safetensors");
    Path first = models.resolve("x-00001-of-05000.safetensors");
    for (String name : names()) {
      Files.delete(models.resolve(name));
    }
    List<String> before = List.of();
    if (overwrite) {
      Files.writeString(index, OLD_INDEX);
      Files.writeString(models.resolve("x-00001-of-00001.safetensors"), OLD_SHARD);
      Files.writeString(last, OLD_LAST_SHARD);
      before = names();
    }
    Launcher.Started started =
        Launcher.startConversion(
            temporary,
            Map.of(),
            List.of(input, output, "--max-shard-size", "4", overwrite ? "--overwrite" : "--quiet")
                .toArray());
    started.awaitWhileRunning(() -> Files.exists(first));
    started.process().destroy(); // SIGTERM, without the time that another program takes
    int code = started.await().code();
    List<String> after = names();
    if (after.size() == MANY + 1) {
      assertThat(code).isIn(0, 143);
      assertThat(after).allMatch(name -> name.startsWith("x") && !name.contains("of-00001"));
      assertThat(index).content().startsWith("{");
      return false;
    }
    assertThat(code).isEqualTo(143);
    assertThat(after).isEqualTo(before);
    if (overwrite) {
      assertThat(index).hasContent(OLD_INDEX);
      assertThat(models.resolve("x-00001-of-00001.safetensors")).hasContent(OLD_SHARD);
      assertThat(last).hasContent(OLD_LAST_SHARD);
    }
    return true;
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingBehind() throws Exception {
    assumeTrue(
        Launcher.succeeds(temporary, "mount", "-t", "tmpfs", "-o", "size=150m", "pt2st", models),
        "skipped: this user may not mount a small file system");
    try {
      Launcher.Ended ended = startShards(25 * MILLION, "a", "b", "c", "d", "e").await();
      assertThat(ended.lines())
          .singleElement()
          .asString()
          .startsWith(
              "pt2st: "
                  + models.resolve("x-00002-of-00005.safetensors")
                  + ": the disk is full: the output needs 500 MB in all and ")
          .endsWith("make room");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(models).isEmptyDirectory();
    } finally {
      Launcher.run(temporary, "umount", models);
    }
  }

  /** Starts a conversion of some tensors that each get a shard of their own. */
  private Launcher.Started startShards(int elements, String... tensors) throws Exception {
    Path input = temporary.resolve("in.pt");
    CheckpointWriter checkpoint = new CheckpointWriter(elements);
    for (String tensor : tensors) {
      checkpoint.tensor(tensor);
    }
    checkpoint.writeSparse(input);
    long bytes = (long) elements * Float.BYTES;
    return Launcher.startConversion(temporary, Map.of(), input, output, "--max-shard-size", bytes);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(models)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
