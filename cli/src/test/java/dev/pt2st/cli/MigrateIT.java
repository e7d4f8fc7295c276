package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations that are stopped, killed, out of room or not alone, with the real launcher. */
class MigrateIT {
  private static final String JOURNAL = ".pt2st-migrate.jsonl";

  /** How often a run is killed; {@code -Dpt2st.kills=200} for more. */
  private static final int KILLS = Integer.getInteger("pt2st.kills", 6);

  private static final long SEED = Long.getLong("pt2st.kills.seed", 6);
  private static final int MEGABYTE_OF_FLOATS = 1 << 18;

  @TempDir Path temporary;

  @AfterEach
  void removeLinks() throws IOException {
    Launcher.removeLinks(temporary); // JUnit warns of those that lead out of its folder
  }

  private static CheckpointWriter checkpoint(String tensor, int elements) {
    return new CheckpointWriter(elements).tensor(tensor);
  }

  /** Nested folders, a model in shards, a cache with links, and what is not to be converted. */
  private Path store(String name) throws IOException {
    Path store = temporary.resolve(name);
    for (int i = 0; i < 24; i++) {
      Path folder = Files.createDirectories(store.resolve("team-" + i % 5));
      checkpoint("w", MEGABYTE_OF_FLOATS / 2 + i).write(folder.resolve("model-" + i + ".pt"));
    }
    Path shards = Files.createDirectories(store.resolve("sharded"));
    StringBuilder map = new StringBuilder();
    for (int i = 1; i <= 4; i++) {
      String shard = "pytorch_model-0000" + i + "-of-00004.bin";
      checkpoint("layer." + i, MEGABYTE_OF_FLOATS).write(shards.resolve(shard));
      map.append(i == 1 ? "" : ",").append("\"layer.").append(i).append("\":\"").append(shard);
      map.append('"');
    }
    Files.writeString(
        shards.resolve("pytorch_model.bin.index.json"), "{\"weight_map\":{" + map + "}}");
    Path blobs = Files.createDirectories(store.resolve("hub/models--a--b/blobs"));
    Path snapshot = Files.createDirectories(store.resolve("hub/models--a--b/snapshots/1"));
    for (String blob : List.of("c0ffee", "decade")) {
      checkpoint(blob, MEGABYTE_OF_FLOATS).write(blobs.resolve(blob));
      Files.createSymbolicLink(snapshot.resolve(blob + ".bin"), Path.of("../../blobs/" + blob));
    }
    Files.writeString(store.resolve("config.json"), "{}");
    Files.copy(Samples.checkpoint("zip_no_tensors.pt"), store.resolve("scheduler.pt"));
    Files.copy(Samples.checkpoint("bad_truncated.pt"), store.resolve("broken.pt"));
    Files.copy(Samples.hostile("zip_os_system.pt"), store.resolve("hostile.pt"));
    return store;
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return to;
  }

  /** The content of every file but the journal, and where every link leads. */
  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        String name = folder.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          content.put(name, "-> " + Files.readSymbolicLink(file));
        } else if (Files.isRegularFile(file) && !name.equals(JOURNAL)) {
          content.put(name, String.valueOf(Arrays.hashCode(Files.readAllBytes(file))));
        }
      }
    }
    return content;
  }

  private Launcher.Started start(Object... arguments) throws Exception {
    return Launcher.startCommand("migrate", temporary, Map.of(), arguments);
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--jobs=2", "--remove-originals"})
  void howeverOftenItIsKilledTheEndIsThatOfAnUndisturbedRun(String option) throws Exception {
    Path store = store("store");
    Path undisturbed = copy(store, temporary.resolve("undisturbed"));
    assertThat(start(undisturbed, option).await().code()).isEqualTo(3);
    Random random = new Random(SEED);
    List<Integer> killed = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      long before = size(store.resolve(JOURNAL));
      Launcher.Started started = start(store, option);
      // The line that says that a run has begun, and then those of some units.
      long until = before + 1 + random.nextInt(2500);
      while (started.process().isAlive() && size(store.resolve(JOURNAL)) < until) {
        Thread.sleep(1);
      }
      Thread.sleep(random.nextInt(60));
      started.process().destroyForcibly();
      killed.add(started.await().code());
      assertNothingIsThereInPart(content(store), content(undisturbed));
    }
    assertThat(killed).contains(137);
    assertThat(start(store, option).await().code()).isEqualTo(3);
    assertThat(content(store)).isEqualTo(content(undisturbed));
    Launcher.Ended again = start(store, option).await();
    assertThat(again.lines()).anyMatch(line -> line.matches("converted +0 +0 B"));
    assertThat(content(store)).isEqualTo(content(undisturbed));
  }

  /** What has a final name is what it is in the end. */
  private static void assertNothingIsThereInPart(Map<String, String> now, Map<String, String> end) {
    now.forEach((name, content) -> {
      if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json")) {
        assertThat(content).as(name).isEqualTo(end.get(name));
      }
    });
  }

  @Test
  void aSignalEndsItInOrderAndSaysHowToGoOn() throws Exception {
    Path store = Files.createDirectory(temporary.resolve("store"));
    for (int i = 0; i < 4; i++) {
      checkpoint("w", 100 * MEGABYTE_OF_FLOATS).writeSparse(store.resolve(i + ".pt"));
    }
    Launcher.Started started = start(store);
    started.awaitWhileRunning(() -> size(store.resolve(JOURNAL)) > 0);
    started.awaitWhileRunning(() -> names(store).stream().anyMatch(n -> n.endsWith(".tmp")));
    started.signal("INT");
    Launcher.Ended ended = started.await();
    assertThat(ended.code()).isEqualTo(130);
    assertThat(ended.lines())
        .last()
        .asString()
        .matches(
            "pt2st: stopped; of 4 checkpoints at least \\d (is|are) done; the same command goes on"
                + " with the rest");
    assertThat(names(store)).noneMatch(name -> name.endsWith(".tmp"));
    assertThat(start(store).await().code()).isZero();
    assertThat(names(store)).hasSize(9);
  }

  @Test
  void nothingIsLeftOfTheReportOfARunThatWasKilled() throws Exception {
    Path store = Files.createDirectory(temporary.resolve("store"));
    for (int i = 0; i < 4; i++) {
      checkpoint("w", 100 * MEGABYTE_OF_FLOATS).writeSparse(store.resolve(i + ".pt"));
    }
    Path reports = Files.createDirectory(temporary.resolve("reports"));
    Launcher.Started started = start(store, "--report", reports.resolve("r.json"));
    started.awaitWhileRunning(() -> size(store.resolve(JOURNAL)) > 0);
    started.process().destroyForcibly();
    assertThat(started.await().code()).isEqualTo(137);
    assertThat(names(reports)).isEmpty();
  }

  /** In one folder, above another and below another. */
  @ParameterizedTest
  @CsvSource({"store, store", "store, store/in", "store/in, store"})
  void theSecondOfTwoSaysWhoHoldsTheLockAndStops(String one, String other) throws Exception {
    Path store = Files.createDirectories(temporary.resolve("store/in"));
    for (int i = 0; i < 6; i++) {
      checkpoint("w", 100 * MEGABYTE_OF_FLOATS).writeSparse(store.resolve(i + ".pt"));
    }
    Path held = temporary.resolve(one);
    Launcher.Started first = start(held);
    first.awaitWhileRunning(() -> size(held.resolve(JOURNAL)) > 0);
    first.signal("STOP");
    Launcher.Ended second = start(temporary.resolve(other)).await();
    first.signal("CONT");
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.lines())
        .last()
        .asString()
        .startsWith(
            "pt2st: "
                + held
                + ": another migration is at work here: process "
                + first.process().pid()
                + " on ");
    assertThat(first.await().code()).isZero();
    assertThat(names(store).stream().filter(name -> !name.equals(JOURNAL))).hasSize(12);
  }

  @Test
  void aFullDiskStopsNothingThatFitsAndTheRestIsDoneOnceThereIsRoom() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    assumeTrue(
        Launcher.succeeds(temporary, "mount", "-t", "tmpfs", "-o", "size=12m", "pt2st", disk),
        "skipped: this user may not mount a small file system");
    try {
      for (int i = 0; i < 6; i++) {
        checkpoint("w", MEGABYTE_OF_FLOATS + i).write(disk.resolve("big-" + i + ".pt"));
      }
      checkpoint("w", 1000).write(disk.resolve("zz-small.pt"));
      Path roomy = copy(disk, temporary.resolve("roomy"));
      Launcher.Ended ended = start(disk, "--jobs", 1).await();
      assertThat(ended.lines())
          .anyMatch(line ->
              line.startsWith("failed         big-5.pt: ")
                  && line.contains("the disk is full: the output needs "));
      assertThat(ended.code()).isEqualTo(1);
      assertThat(names(disk))
          .contains("big-0.safetensors", "zz-small.safetensors")
          .noneMatch(name -> name.endsWith(".tmp"));
      Launcher.run(temporary, "mount", "-o", "remount,size=64m", disk);
      assertThat(start(disk).await().code()).isZero();
      assertThat(start(roomy).await().code()).isZero();
      assertThat(content(disk)).isEqualTo(content(roomy));
    } finally {
      Launcher.run(temporary, "umount", disk);
    }
  }

  /** Names that are not text; made by a shell, as Java makes none. */
  @Test
  void namesNeedNotBeText() throws Exception {
    Path store = Files.createDirectory(temporary.resolve("store"));
    checkpoint("w", 10).write(store.resolve("a.pt"));
    String name = "$(printf 'm\\303\\251 \\377 \\n x').pt";
    Launcher.run(
        store,
        "sh",
        "-c",
        "mkdir \"$(printf 'f\\376')\" && cp a.pt \"$(printf 'f\\376')/" + name + "\"");
    Launcher.Ended ended = start(store).await();
    assertThat(ended.code()).isZero();
    assertThat(ended.lines()).anyMatch(line -> line.matches("converted +2 .*"));
    Launcher.Ended again = start(store).await();
    assertThat(again.lines()).anyMatch(line -> line.matches("already there +2 .*"));
    Launcher.Ended listed =
        Launcher.run(
            store, "sh", "-c", "find . -name '*.safetensors' -print0 | tr -dc '\\0' | wc -c");
    assertThat(listed.lines()).contains("2");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
