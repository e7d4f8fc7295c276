package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the files of a model store. */
class MigrationTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  @Test
  void aCheckpointIsToldByItsContentWhateverItsName() throws IOException {
    store.model("a/pytorch_model.bin").model("b/notes.txt").model("c/no-extension");
    store.file("d/model.pt", "not a checkpoint").file("e/empty.pt", "");
    store.file("f/sentence.txt", "I am text that ends with a full stop.");
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("a/pytorch_model.bin", "converted"),
            Map.entry("b/notes.txt", "converted"),
            Map.entry("c/no-extension", "converted"),
            Map.entry("e/empty.pt", "left alone: the file is empty"));
    assertThat(store.names())
        .contains("a/model.safetensors", "b/notes.txt.safetensors", "c/no-extension.safetensors")
        .hasSize(9);
  }

  @Test
  void whatIsConvertedAlreadyIsNeverConverted() throws IOException {
    store.model("x.pt").migrate();
    Files.delete(store.root.resolve("x.pt"));
    Files.delete(store.root.resolve(Journal.NAME));
    assertThat(store.migrate()).isEmpty();
    assertThat(store.names()).containsExactly("x.safetensors");
  }

  @Test
  void anArchiveWithoutAModelTakesNoName() throws IOException {
    store.model("x.pt").file("x.zip", Wrap.zip(Map.of("a.txt", new byte[] {1})));
    assertThat(store.migrate()).containsExactly(Map.entry("x.pt", "converted"));
  }

  @Test
  void anArchiveAroundAModelIsConverted() throws IOException {
    store.file("x.pt.gz", Wrap.gzip(Store.model("w", 1)));
    store.file("y.7z", Wrap.sevenZip(Map.of("inner.pt", Store.model("w", 1))));
    store.file("z.json.gz", Wrap.gzip("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(store.migrate())
        .containsEntry("x.pt.gz", "converted")
        .containsEntry("y.7z", "converted")
        .hasEntrySatisfying("z.json.gz", text -> assertThat(text).startsWith("left alone: "));
    assertThat(store.names()).contains("x.safetensors", "y.safetensors").hasSize(5);
  }

  @Test
  void aForeignFileUnderTheNameIsNotOverwritten() throws IOException {
    store.model("x.pt").file("x.safetensors", "somebody's");
    assertThat(store.migrate().get("x.pt"))
        .startsWith("failed: " + store.root.resolve("x.safetensors") + ": is there already");
    assertThat(store.root.resolve("x.safetensors")).hasContent("somebody's");
  }

  @Test
  void whatConvertWroteBeforeIsRecognised() throws IOException {
    store.model("x.pt").migrate();
    Files.delete(store.root.resolve(Journal.NAME));
    UnitResult result = store.results().getFirst();
    assertThat(result.verdict()).isEqualTo(Verdict.ALREADY_THERE);
    assertThat(result.notes()).containsExactly("it was there and is what the checkpoint holds");
    assertThat(store.plan()).containsExactly("KEEP CHECKPOINT x.pt");
  }

  @Test
  void oneBadFileDoesNotStopTheRest() throws IOException {
    byte[] whole = Store.model("w", 1, 2, 3);
    store.file("a.pt", java.util.Arrays.copyOf(whole, whole.length / 2));
    store.file("b.pt", new Torch().zip(Py.dict("x", Py.call("os.system", "id"))));
    Torch unsafe = new Torch();
    store.file("c.pt", unsafe.zip(Py.dict("w", unsafe.tensor(1), "x", Py.call("os.system", "id"))));
    store.model("d.pt");
    Map<String, String> verdicts = store.migrate();
    assertThat(verdicts.get("a.pt")).startsWith("failed: ");
    assertThat(verdicts.get("b.pt")).startsWith("refused: to load this file would run os.system(");
    assertThat(verdicts.get("c.pt"))
        .startsWith("refused: ")
        .contains("would run os.system('id'): this is an attack")
        .doesNotContain("accept");
    assertThat(verdicts.get("d.pt")).isEqualTo("converted");
    assertThat(store.names()).containsExactly("a.pt", "b.pt", "c.pt", "d.pt", "d.safetensors");
  }

  @Test
  void whatIsAllowedLaterIsConvertedThen() throws IOException {
    Torch torch = new Torch();
    store.file("c.pt", torch.zip(Py.dict("w", torch.tensor(1), "x", Py.call("zoo.f"))));
    assertThat(store.migrate().get("c.pt")).startsWith("refused: ");
    store.convert =
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("zoo.f")));
    store.given = List.of("--allow=zoo.f");
    assertThat(store.migrate()).containsExactly(Map.entry("c.pt", "converted"));
  }

  @Test
  void anUnreadableFolderIsSaidAndTheRestIsDone() throws IOException {
    store.model("a/x.pt").model("b/y.pt");
    Path folder = store.root.resolve("a");
    folder.toFile().setReadable(false);
    try {
      org.junit.jupiter.api.Assumptions.assumeFalse(
          Files.isReadable(folder), "skipped: this user may read everything");
      assertThat(store.migrate())
          .containsOnly(
              Map.entry("a", "failed: the directory cannot be read"),
              Map.entry("b/y.pt", "converted"));
    } finally {
      folder.toFile().setReadable(true);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void resultsDoNotDependOnTheNumberOfJobs(int jobs) throws IOException {
    for (int i = 0; i < 40; i++) {
      store.file("d" + i % 7 + "/m" + i + ".pt", Store.model("w", new float[1 + 997 * (i % 5)]));
    }
    store.file("d3/optimizer.bin", Store.optimizer()).file("d4/x.bin", new byte[] {'P', 'K', 3, 4});
    store.jobs = jobs;
    List<String> order = store.results().stream().map(result -> result.unit().name()).toList();
    assertThat(order).isSorted().hasSize(42);
    assertThat(store.names()).hasSize(82);
  }

  /** It changes between the copy and the moment in which the output would get its name. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSourceThatChangesWhileItIsReadGivesNothing(boolean verify) throws IOException {
    store.model("a.pt").model("b.pt").with(it -> it.verify = verify);
    Path changing = store.root.resolve("a.pt");
    List<UnitResult> results = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void done(long bytes) {
            changing.toFile().setLastModified(1);
          }

          @Override
          public void result(UnitResult result) {
            results.add(result);
          }
        };
    MigrationSettings settings = store.settings();
    try (Migration migration = Migration.open(settings)) {
      migration.plan(Selection.ALL, path -> {});
      migration.run(1, listener);
    }
    assertThat(results.getFirst().verdict()).isEqualTo(Verdict.FAILED);
    assertThat(results.getFirst().reason()).contains("the file was changed while it was read");
    assertThat(results.get(1).verdict()).isEqualTo(Verdict.CONVERTED);
    assertThat(store.names()).containsExactly("a.pt", "b.pt", "b.safetensors");
  }

  /** More than are held in memory. */
  @Test
  void aDirectoryMayHaveManyCheckpoints() throws IOException {
    byte[] model = Store.model("w", 1);
    for (int i = 0; i < 1500; i++) {
      store.file("all/m" + i + ".pt", model).file("all/c" + i + ".json", "{}");
    }
    store.file("all/m700.bin", model);
    List<String> plan = store.plan();
    assertThat(plan).hasSize(1501).contains("CONVERT CHECKPOINT all/m1499.pt");
    assertThat(plan)
        .filteredOn(line -> line.startsWith("REFUSE"))
        .containsExactly("REFUSE CHECKPOINT all/m700.bin", "REFUSE CHECKPOINT all/m700.pt");
  }

  /** It is told while the source is open: a source of which this is known is not opened again. */
  @Test
  void whatAnOutputLacksIsKnownWithTheResult() throws IOException {
    Files.write(store.root.resolve("whole.pt"), Store.model("w", 1));
    Torch torch = new Torch();
    Object training =
        Py.dict("state_dict", Py.dict("w", torch.tensor(1)), "ema", Py.dict("w", torch.tensor(2)));
    Files.write(store.root.resolve("part.pt"), torch.zip(training));
    assertThat(store.results()).extracting(UnitResult::unconverted).containsOnlyNulls();
    store.removeOriginals = true;
    for (int run = 0; run < 2; run++) {
      assertThat(store.results())
          .filteredOn(result -> result.unit().name().equals("part.pt"))
          .extracting(UnitResult::unconverted)
          .allSatisfy(
              text -> assertThat(text).startsWith("the output does not hold ema (1 tensor"));
      Files.deleteIfExists(store.root.resolve("part.safetensors"));
    }
    assertThat(store.root.resolve("part.pt")).exists();
    assertThat(store.root.resolve("whole.pt")).doesNotExist();
  }

  @Test
  void whatHasTheNameOfACheckpointAndIsABrokenDownloadIsNamed() throws IOException {
    store = new Store(temporary);
    store.file("a.bin", "").file("b.PT", new byte[100_000]).file("c.ckpt", " <!DOCTYPE html>");
    store.file("d.txt", "").file("e.bin", "\0\0\0some data").file("f.dat", new byte[9]);
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("a.bin", "left alone: the file is empty"),
            Map.entry(
                "b.PT", "left alone: it contains only zeros, as after an interrupted download"),
            Map.entry("c.ckpt", "left alone: this is an HTML page, not a checkpoint"));
  }
}
