package dev.pt2st.migrate.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.lines.UnitJson;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A migration goes on where an earlier one was stopped. */
class JournalTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() {
    store = new Store(temporary);
  }

  private List<String> journal() throws IOException {
    return Files.readAllLines(temporary.resolve(Journal.NAME));
  }

  @Test
  void whatIsFinishedIsNotDoneAgain() throws IOException {
    store.model("a.pt").model("b.pt").file("optimizer.pt", Store.optimizer()).migrate();
    FileTime before = Files.getLastModifiedTime(temporary.resolve("a.safetensors"));
    assertThat(store.plan())
        .containsExactly(
            "KEEP CHECKPOINT a.pt", "KEEP CHECKPOINT b.pt", "LEAVE_ALONE CHECKPOINT optimizer.pt");
    assertThat(store.migrate())
        .containsEntry("a.pt", "already there")
        .containsEntry("optimizer.pt", "left alone: the state of an optimizer, not a model");
    assertThat(Files.getLastModifiedTime(temporary.resolve("a.safetensors"))).isEqualTo(before);
  }

  @Test
  void aSourceThatHasChangedIsDoneAgain() throws IOException {
    store.model("a.pt").migrate();
    byte[] before = Files.readAllBytes(temporary.resolve("a.safetensors"));
    store.file("a.pt", Store.model("w", 4, 5, 6));
    Files.setLastModifiedTime(temporary.resolve("a.pt"), FileTime.from(Instant.EPOCH));
    assertThat(store.migrate()).containsEntry("a.pt", "converted");
    assertThat(Files.readAllBytes(temporary.resolve("a.safetensors")))
        .hasSameSizeAs(before)
        .isNotEqualTo(before);
  }

  @Test
  void aSourceThatWasOnlyTouchedIsNot() throws IOException {
    store.model("a.pt").migrate();
    Files.setLastModifiedTime(temporary.resolve("a.pt"), FileTime.from(Instant.EPOCH));
    assertThat(store.migrate()).containsEntry("a.pt", "already there");
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT a.pt");
  }

  @Test
  void aTargetThatIsGoneOrCutShortIsMadeAgain() throws IOException {
    store.model("a.pt").model("b.pt").migrate();
    byte[] whole = Files.readAllBytes(temporary.resolve("a.safetensors"));
    Files.delete(temporary.resolve("a.safetensors"));
    assertThat(store.migrate())
        .containsEntry("a.pt", "converted")
        .containsEntry("b.pt", "already there");
    assertThat(Files.readAllBytes(temporary.resolve("a.safetensors"))).isEqualTo(whole);
  }

  @Test
  void whatOtherOptionsMadeIsNotTakenForDone() throws IOException {
    store.model("a.pt").migrate();
    store.convert = store.convert.withCast(dev.pt2st.tensor.DType.F16);
    store.given = List.of("--cast=fp16");
    assertThat(store.migrate().get("a.pt"))
        .isEqualTo(
            "failed: "
                + temporary.resolve("a.safetensors")
                + ": is there already: an earlier run has made it without options, and with"
                + " --cast=fp16 it would be another file; remove it, or choose another tree"
                + " for the outputs");
  }

  /** Since it was not on the disk for sure, what is under the name may be anything. */
  @Test
  void afterTheSystemWentDownWhatWasNotOnTheDiskIsCompared() throws IOException {
    store.model("a.pt").model("b.pt").migrate();
    Path journal = temporary.resolve(Journal.NAME);
    Files.writeString(
        journal, Files.readString(journal).replaceAll("\"boot\":\"[^\"]*", "\"boot\":\"earlier"));
    byte[] output = Files.readAllBytes(temporary.resolve("a.safetensors"));
    Files.write(temporary.resolve("a.safetensors"), new byte[output.length]);
    assertThat(store.migrate())
        .containsEntry("a.pt", "converted")
        .containsEntry("b.pt", "already there");
    assertThat(Files.readAllBytes(temporary.resolve("a.safetensors"))).isEqualTo(output);
  }

  /** Nothing of it was on the disk, not even the record: only that a run had begun. */
  @Test
  void whatTheSystemLeftOfAnOutputWhenItWentDownIsMadeAgain() throws IOException {
    store.model("a.pt").file("a.safetensors", "").model("b.pt").file("b.safetensors", "mine");
    Files.setLastModifiedTime(temporary.resolve("b.safetensors"), FileTime.from(Instant.EPOCH));
    store.file(
        Journal.NAME,
        "{\"record\":\"run\",\"owner\":\"dead\",\"boot\":\"earlier\",\"time\":\"2026-01-01T00:00:00Z\"}\n");
    assertThat(store.migrate())
        .containsEntry("a.pt", "converted")
        .hasEntrySatisfying("b.pt", text -> assertThat(text).startsWith("failed: "));
    assertThat(temporary.resolve("b.safetensors")).hasContent("mine");
  }

  @Test
  void whatWasOnTheDiskIsTrusted() throws IOException {
    store.model("a.pt").with(it -> it.durable = true).migrate();
    Path journal = temporary.resolve(Journal.NAME);
    Files.writeString(
        journal, Files.readString(journal).replaceAll("\"boot\":\"[^\"]*", "\"boot\":\"earlier"));
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT a.pt");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 200})
  void aLastLineThatIsCutShortCountsForNothing(int cut) throws IOException {
    store.model("a.pt").model("b.pt").with(it -> it.jobs = 1).migrate();
    Path journal = temporary.resolve(Journal.NAME);
    List<String> lines = journal();
    String torn = lines.get(2).substring(0, lines.get(2).length() - cut);
    Files.writeString(journal, lines.get(0) + "\n" + lines.get(1) + "\n" + torn);
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT a.pt", "CONVERT CHECKPOINT b.pt");
    assertThat(store.migrate())
        .containsEntry("a.pt", "already there")
        .containsEntry("b.pt", "already there");
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT a.pt", "KEEP CHECKPOINT b.pt");
  }

  /** More than the heap of a test takes; as a sparse file it is no work to write. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLineOfAnyLengthCountsForNothing(boolean ended) throws IOException {
    store.model("a.pt").migrate();
    Path journal = temporary.resolve(Journal.NAME);
    String known = Files.readString(journal);
    long length = 3L << 30;
    try (FileChannel file = FileChannel.open(journal, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap((ended ? "\n" + known : "x").getBytes(UTF_8)), length);
    }
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT a.pt");
  }

  @Test
  void whatKilledRunsHaveLeftGoesAndNothingElse() throws IOException {
    store.model("a/a.pt").migrate();
    Path journal = temporary.resolve(Journal.NAME);
    Files.writeString(
        journal,
        "{\"record\":\"run\",\"owner\":\"dead\",\"pid\":1,\"host\":\"h\",\"time\":\"t\"}\n",
        StandardOpenOption.APPEND);
    store.file("a/.pt2st-dead-1.tmp", "half").file(".pt2st-dead-2.tmp", "half");
    store.file(".pt2st-other-1.tmp", "somebody's").file("pt2st-dead-1.tmp", "somebody's");
    store.migrate();
    assertThat(store.names())
        .containsExactly(".pt2st-other-1.tmp", "a/a.pt", "a/a.safetensors", "pt2st-dead-1.tmp");
  }

  @Test
  void whatARunHasLeftIsLookedForOnce() throws IOException {
    store.file(
        Journal.NAME,
        "{\"record\":\"run\",\"owner\":\"dead\",\"boot\":\"earlier\",\"time\":\"2026-01-01T00:00:00Z\"}\n");
    store.file("a/.pt2st-dead-1.tmp", "half").model("a/a.pt").migrate();
    assertThat(store.names()).containsExactly("a/a.pt", "a/a.safetensors");
    store.file("a/.pt2st-dead-2.tmp", "somebody's").migrate();
    assertThat(store.names()).contains("a/.pt2st-dead-2.tmp");
    // That the system went down under it still counts.
    store.model("a/b.pt").file("a/b.safetensors", "");
    assertThat(store.migrate()).containsEntry("a/b.pt", "converted");
  }

  @Test
  void aSecondRunSaysWhoIsAtWorkAndLeavesEverythingAlone() throws IOException {
    store.model("a.pt");
    try (Journal held = Journal.open(new PathTree(temporary))) {
      assertThat(held.unended()).isEmpty();
      assertThatThrownBy(() -> store.migrate())
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("another migration is at work here: process ")
          .hasMessageContaining(" " + ProcessHandle.current().pid() + " on ");
    }
    assertThat(store.names()).containsExactly("a.pt");
    assertThat(store.migrate()).containsEntry("a.pt", "converted");
  }

  /** Each of these is at work in what the second would go through, or the other way round. */
  @ParameterizedTest
  @CsvSource({
    "store, '', store/a/b, ''",
    "store/a/b, '', store, ''",
    "store, out, store/a, out/a",
    "store/a, out/a, store, out",
    "store, '', store/a/b, out",
    "store/a, '', store, out"
  })
  void aRunAboveOrBelowAnotherSaysWhoIsAtWorkThere(
      String first, String firstOut, String second, String secondOut) throws IOException {
    store.model("store/a/b/x.pt");
    Files.createDirectories(temporary.resolve("out/a"));
    Path held = temporary.resolve(firstOut.isEmpty() ? first : firstOut);
    store = new Store(temporary.resolve(second));
    store.target = temporary.resolve(secondOut.isEmpty() ? second : secondOut);
    try (Journal other = Journal.open(new PathTree(held))) {
      assertThat(other.unended()).isEmpty();
      assertThatThrownBy(() -> store.migrate())
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(held + ": another migration is at work here: process ");
      assertThat(store.names()).noneMatch(name -> name.endsWith(".safetensors"));
    }
    assertThat(store.migrate()).containsValue("converted");
  }

  @Test
  void aTreeBesideAnotherIsNotKept() throws IOException {
    store.model("a/x.pt").model("b/y.pt");
    try (Journal other = Journal.open(new PathTree(temporary.resolve("b")))) {
      assertThat(other.unended()).isEmpty();
      Store beside = new Store(temporary.resolve("a"));
      assertThat(beside.migrate()).containsEntry("x.pt", "converted");
      store.selection = Selection.of(List.of(), List.of("b"));
      assertThat(store.migrate()).containsEntry("a/x.pt", "already there");
    }
  }

  @Test
  void eachFileHasOneRecord() throws IOException {
    store.model("a.pt").migrate();
    JournalRecord record = JournalRecord.read(journal().get(1));
    assertThat(record).isNotNull();
    assertThat(record.unit()).isEqualTo("a.pt");
    assertThat(record.verdict()).isEqualTo(UnitResult.Verdict.CONVERTED);
    assertThat(record.files())
        .singleElement()
        .satisfies(file -> {
          assertThat(file.bytes()).isEqualTo(Files.size(temporary.resolve("a.pt")));
          assertThat(file.target()).isEqualTo("a.safetensors");
          assertThat(file.targetBytes()).isEqualTo(Files.size(temporary.resolve("a.safetensors")));
          assertThat(file.digest()).matches("sha256:[0-9a-f]{64}");
        });
    assertThat(JournalRecord.read(record.line())).isEqualTo(record);
    assertThat(RunRecord.read(journal().get(0)))
        .extracting(RunRecord::owner)
        .isEqualTo(TemporaryFiles.owner());
  }

  @Test
  void aPlanIsDataThatCanBeKept() throws IOException {
    store.model("a.pt").file("optimizer.pt", Store.optimizer());
    List<MigrationUnit> units = new ArrayList<>();
    store.results().forEach(result -> units.add(result.unit()));
    assertThat(units)
        .hasSize(2)
        .allSatisfy(unit -> assertThat(UnitJson.read(UnitJson.write(unit))).isEqualTo(unit));
    assertThatThrownBy(() -> UnitJson.read("{}")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyTextsHaveTheirNumbers() throws IOException {
    try (OffHeapIndex index = new OffHeapIndex()) {
      for (int i = 1; i <= 100_000; i++) {
        index.put("folder/file-" + i, i);
      }
      index.put("folder/file-7", 8);
      assertThat(index.get("folder/file-7")).isEqualTo(8);
      assertThat(index.get("folder/file-99999")).isEqualTo(99_999);
      assertThat(index.get("another")).isZero();
    }
  }

  @Test
  void aRelativeLinkLeadsFromOneFolderToAnother() {
    assertThat(
            Map.of(
                "a/b/x", PathTree.relative("a/b/x", "a/c/y"),
                "x", PathTree.relative("x", "a/y"),
                "a/x", PathTree.relative("a/x", "y"),
                "a/z", PathTree.relative("a/z", "a/y")))
        .containsOnly(
            Map.entry("a/b/x", "../c/y"),
            Map.entry("x", "a/y"),
            Map.entry("a/x", "../y"),
            Map.entry("a/z", "y"));
  }
}
