package dev.pt2st.migrate.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories that hold a model in both formats. */
class ExistingSafetensorsTest {
  private static final String BIN = "a/pytorch_model.bin";
  private static final String SAFE = "a/model.safetensors";
  private static final String LEFT = "left alone: model.safetensors is there beside it";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    store.file(BIN, Store.model("w", 1, 2, 3));
  }

  /** The safetensors file of other weights. */
  private byte[] safetensors(float... values) throws IOException {
    Path folder = Files.createTempDirectory(temporary, "other");
    new Store(folder).file("x.pt", Store.model("w", values)).migrate();
    return Files.readAllBytes(folder.resolve("x.safetensors"));
  }

  private void another() throws IOException {
    store.target = Files.createDirectory(temporary.resolve("out"));
  }

  @Test
  void itsCheckpointIsLeftAloneUntilItGoes() throws IOException {
    byte[] theirs = safetensors(4);
    store.file(SAFE, theirs);
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, LEFT));
    assertThat(store.plan()).containsExactly("LEAVE_ALONE CHECKPOINT " + BIN);
    store.with(it -> it.removeOriginals = true);
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, LEFT));
    assertThat(store.root.resolve(SAFE)).hasBinaryContent(theirs);
    assertThat(store.root.resolve(BIN)).exists();
    Files.delete(store.root.resolve(SAFE));
    store.removeOriginals = false;
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, "converted"));
  }

  @Test
  void whatIsTheSameIsThereAlready() throws IOException {
    store.file(SAFE, safetensors(1, 2, 3));
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, "already there"));
  }

  /** Else a stale output would be taken for somebody's own version. */
  @Test
  void whatAnEarlierRunHasMadeIsNotSomebodyElses() throws IOException {
    store.migrate();
    store.file(BIN, "\u0080\u0002 is no longer a checkpoint").migrate();
    store.file(BIN, new byte[] {'P', 'K', 3, 4}).migrate();
    store.file(BIN, Store.model("w", 7, 8, 9));
    assertThat(store.migrate().get(BIN)).startsWith("failed: ").contains("is there already");
    assertThat(store.migrate().get(BIN)).startsWith("failed: ").contains("is there already");
    store.given = List.of("--cast=fp16");
    assertThat(store.migrate().get(BIN)).startsWith("failed: ").contains("is there already");
  }

  @ParameterizedTest
  @EnumSource
  void inAnotherTreeTheSafetensorsFileIsTheOneThatIsCopied(MigrateOptions.SideFiles sideFiles)
      throws IOException {
    another();
    store.file(SAFE, safetensors(4)).with(it -> it.sideFiles = sideFiles);
    if (sideFiles == MigrateOptions.SideFiles.NONE) {
      assertThat(store.migrate()).containsExactly(Map.entry(BIN, LEFT));
      assertThat(store.names()).isEmpty();
      return;
    }
    for (String verdict : List.of("side file", "already there")) {
      assertThat(store.migrate()).containsOnly(Map.entry(BIN, LEFT), Map.entry(SAFE, verdict));
    }
    assertThat(store.target.resolve(SAFE)).hasBinaryContent(safetensors(4));
  }

  @Test
  void inAnotherTreeTheCheckpointIsConvertedIfTheSafetensorsFileIsExcluded() throws IOException {
    another();
    store.file(SAFE, safetensors(4));
    store.selection = Selection.of(List.of(), List.of("*.safetensors"));
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, "converted"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void inAnotherTreeAnotherFileOfThatNameWinsWhateverTheJobs(int jobs) throws IOException {
    another();
    store.file(SAFE, "somebody's").with(it -> it.jobs = jobs);
    assertThat(store.migrate())
        .containsEntry(SAFE, "side file")
        .hasEntrySatisfying(
            BIN,
            text ->
                assertThat(text)
                    .startsWith("failed: a/model.safetensors is beside it and is not a safe"));
    store.sideFiles = MigrateOptions.SideFiles.NONE;
    Files.delete(store.target.resolve(SAFE));
    assertThat(store.migrate()).containsExactly(Map.entry(BIN, "converted"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aModelInShardsIsLeftAloneToo(boolean inPlace) throws IOException {
    Files.delete(store.root.resolve(BIN));
    String one = "pytorch_model-00001-of-00001.bin";
    String index = "a/pytorch_model.bin.index.json";
    store.file("a/" + one, Store.model("w", 1)).file(index, Store.index("w", one));
    store.file("a/model.safetensors.index.json", Store.index("w", "other.safetensors"));
    if (!inPlace) {
      another();
    }
    assertThat(store.migrate().get(index)).startsWith("failed: ");
    store.file("a/other.safetensors", safetensors(4));
    assertThat(store.migrate())
        .containsEntry(index, "left alone: model.safetensors.index.json is there beside it");
    assertThat(store.names()).noneMatch(name -> name.contains("00001.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkOfACacheIsLeftAloneToo(boolean inPlace) throws IOException {
    Files.delete(store.root.resolve(BIN));
    store.file("blobs/1", Store.model("w", 1)).file("blobs/2", safetensors(4));
    store.link(BIN, "../blobs/1").link(SAFE, "../blobs/2").link("b/x.bin", "../blobs/1");
    if (!inPlace) {
      another();
    }
    for (String second : List.of("linked", "already there")) {
      assertThat(store.migrate()).containsEntry(BIN, LEFT).containsEntry("b/x.bin", second);
    }
    assertThat(Files.readSymbolicLink(store.target.resolve(SAFE))).hasToString("../blobs/2");
  }
}
