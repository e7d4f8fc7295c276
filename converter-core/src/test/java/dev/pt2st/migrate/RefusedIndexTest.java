package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model is converted whole or not at all, also where its index is not followed. */
class RefusedIndexTest {
  private static final String INDEX = "m/pytorch_model.bin.index.json";
  private static final String NAMES_IT = "left alone: " + INDEX + " names it, and is not converted";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() {
    store = new Store(temporary).model("m/other.pt").with(it -> it.removeOriginals = true);
    store.file("m/b.bin", Store.model("b", 2)).file("m/parts/a.bin", Store.model("a", 1));
    store.file("x.bin", Store.model("a", 1));
  }

  private Map<String, String> migrateAndKeep(String... files) throws IOException {
    Map<String, String> before = Store.content(temporary);
    Map<String, String> verdicts = store.migrate();
    assertThat(verdicts).containsEntry("m/other.pt", "converted");
    Map<String, String> after = Store.content(temporary);
    for (String file : files) {
      assertThat(after).containsEntry(file, before.get(file));
      if (file.endsWith(".bin")) {
        assertThat(after).doesNotContainKey(file.replace(".bin", ".safetensors"));
      }
    }
    return verdicts;
  }

  @Test
  void whatItNamesInAFolderBelowIsLeft() throws IOException {
    store.file(INDEX, Store.index("a", "parts/a.bin", "b", "b.bin"));
    assertThat(migrateAndKeep("m/b.bin", "m/parts/a.bin", INDEX))
        .containsEntry("m/parts/a.bin", NAMES_IT)
        .containsEntry("x.bin", "converted")
        .doesNotContainKey("m/b.bin")
        .hasEntrySatisfying(INDEX, text -> assertThat(text).startsWith("refused: "));
  }

  @Test
  void whatItNamesInAFolderAboveIsLeft() throws IOException {
    store.file(INDEX, Store.index("a", "../x.bin", "b", "b.bin"));
    assertThat(migrateAndKeep("m/b.bin", "x.bin", INDEX))
        .containsEntry("x.bin", NAMES_IT)
        .containsEntry("m/parts/a.bin", "converted");
  }

  /** Of what an earlier run has converted the original stays too. */
  @Test
  void whatItNamesIsNotRemovedEither() throws IOException {
    store.with(it -> it.removeOriginals = false).migrate();
    store.file(INDEX, Store.index("a", "parts/a.bin", "b", "../m/b.bin"));
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names()).contains("m/b.bin", "m/parts/a.bin", INDEX).doesNotContain("x.bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"weight_map\":{\"a\":\"parts/a.bin\",\"b\":\"b.b",
        "{\"weight_map\":{\"a\":\"parts/a.bin\",\"w\":5}}",
        "{\"weight_map\":{\"a\":\"parts/a.bin\"},",
      })
  void whatItNamesUpToWhereItIsBrokenIsLeftAndWhatMayBeAShardOfIt(String content)
      throws IOException {
    store.file(INDEX, content.getBytes(StandardCharsets.UTF_8));
    store.file("m/c-00001-of-00001.bin", Store.model("c", 3));
    assertThat(migrateAndKeep("m/b.bin", "m/parts/a.bin", "m/c-00001-of-00001.bin", INDEX))
        .containsEntry("m/parts/a.bin", NAMES_IT)
        .hasEntrySatisfying(
            "m/b.bin",
            text -> assertThat(text).startsWith("left alone: pytorch_model.bin.index.json may"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "", "x", "{\"weight_map\": 1}", "{\"weight_map\": {\"w\":5}}"})
  void whereItCannotBeReadWhatMayBeAShardOfItIsLeft(String content) throws IOException {
    store.file(INDEX, content);
    assertThat(migrateAndKeep("m/b.bin", INDEX)).containsEntry("m/parts/a.bin", "converted");
  }

  @Test
  void theBlobsOfAModelOfLinksThatIsRefusedAreLeft() throws IOException {
    String one = "pytorch_model-00001-of-00002.bin";
    store.file("blobs/1", Store.model("a", 1)).file("files/one.bin", Store.model("b", 1));
    store.link("m/" + one, "../blobs/1").link("m/c.bin", "../files/one.bin");
    store.file(INDEX, Store.index("a", one, "b", "gone.bin", "c", "c.bin"));
    assertThat(migrateAndKeep("blobs/1", "files/one.bin", INDEX))
        .containsEntry("blobs/1", NAMES_IT)
        .containsEntry("files/one.bin", NAMES_IT);
    assertThat(store.names()).doesNotContain("blobs/1.safetensors");
  }

  /** A cache that holds a model in both formats. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBlobToWhoseOutputNothingWouldLeadIsLeft(boolean inPlace) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("cache"));
    Store cache = new Store(folder).file("blobs/aaaa", Store.model("w", 1)).model("s.pt");
    cache.migrate();
    Files.move(folder.resolve("s.safetensors"), folder.resolve("blobs/bbbb"));
    for (String name : List.of("s.pt", Journal.NAME, "blobs/aaaa.safetensors")) {
      Files.delete(folder.resolve(name));
    }
    cache.link("snapshots/r/pytorch_model.bin", "../../blobs/aaaa");
    cache.link("snapshots/r/model.safetensors", "../../blobs/bbbb");
    if (!inPlace) {
      cache.target = Files.createDirectory(temporary.resolve("out"));
    }
    assertThat(cache.migrate())
        .containsEntry(
            "blobs/aaaa",
            "left alone: none of the links to it is converted, and so nothing would lead to its"
                + " output");
    assertThat(cache.names()).doesNotContain("blobs/aaaa.safetensors");
    assertThat(cache.plannedBytes).isEqualTo(cache.heardBytes.sum());
    cache.link("snapshots/q/pytorch_model.bin", "../../blobs/aaaa");
    assertThat(cache.migrate()).containsEntry("blobs/aaaa", "converted");
  }
}
