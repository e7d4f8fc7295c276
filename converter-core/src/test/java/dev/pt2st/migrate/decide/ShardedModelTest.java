package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.safetensors.SafetensorsModel;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model in shards appears whole or not at all, with an index of what is in them. */
class ShardedModelTest {
  private static final String INDEX = "pytorch_model.bin.index.json";
  private static final String ONE = "pytorch_model-00001-of-00002.bin";
  private static final String TWO = "pytorch_model-00002-of-00002.bin";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() {
    store = new Store(temporary);
    store.file(ONE, Store.model("a", 1, 2)).file(TWO, Store.model("b", 3));
  }

  @Test
  void itsIndexNamesTheNewShards() throws IOException, CheckpointException {
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate()).containsExactly(Map.entry(INDEX, "converted"));
    assertThat(temporary.resolve("model.safetensors.index.json"))
        .hasContent(
            """
            {
              "metadata": {
                "total_size": 12
              },
              "weight_map": {
                "a": "model-00001-of-00002.safetensors",
                "b": "model-00002-of-00002.safetensors"
              }
            }
            """);
    try (SafetensorsModel model =
        SafetensorsModel.open(temporary.resolve("model.safetensors.index.json"))) {
      assertThat(model.tensors()).hasSize(2);
    }
    assertThat(store.migrate()).containsExactly(Map.entry(INDEX, "already there"));
  }

  @Test
  void staleKeysAreDroppedAndSaid() throws IOException {
    store.file(INDEX, Store.index("a", TWO, "gone", ONE, "alsoGone", TWO));
    assertThat(store.results().getFirst().notes())
        .containsExactly(
            "dropped from the index, as no shard has them: alsoGone, gone",
            "the index named another shard for it: a",
            "added to the index, which did not have it: b");
    assertThat(Files.readString(temporary.resolve("model.safetensors.index.json")))
        .doesNotContain("one");
  }

  @Test
  void aKeyInTwoShardsIsRefused() throws IOException {
    store.file(TWO, Store.model("a", 3)).file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate().get(INDEX))
        .startsWith("refused: tensor \"a\": two shards have it: " + ONE + " and ");
    assertThat(store.names()).noneMatch(name -> name.startsWith("model"));
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    Files.delete(temporary.resolve(TWO));
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(INDEX, "refused: the file " + TWO + " that the index names is not there"));
    assertThat(store.names()).containsExactly(ONE, INDEX);
  }

  @ParameterizedTest
  @CsvSource({"../" + ONE, "/etc/passwd", "x/" + ONE, "..", "''"})
  void aShardThatLeavesTheDirectoryIsRefused(String shard) throws IOException {
    store.file(INDEX, Store.index("a", ONE, "b", shard));
    assertThat(store.migrate().get(INDEX)).startsWith("refused: the file \"" + shard + "\"");
    assertThat(store.names()).containsExactly(ONE, TWO, INDEX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"weight_map\": {", "{}", "{\"weight_map\": 1}", "[]", "", "x"})
  void aBrokenIndexTakesItsShardsWithIt(String content) throws IOException {
    store.file(INDEX, content).model("other.pt");
    assertThat(store.migrate()).containsKeys(INDEX, "other.pt").hasSize(2);
    assertThat(store.migrate().get(INDEX)).startsWith("failed: ");
    assertThat(store.names()).containsExactly("other.pt", "other.safetensors", ONE, TWO, INDEX);
  }

  @Test
  void whereOneShardIsRefusedNoneIsThere() throws IOException {
    Torch torch = new Torch();
    store.file(TWO, torch.zip(Py.dict("b", torch.tensor(1), "x", Py.call("os.system", "id"))));
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate().get(INDEX)).startsWith("refused: " + TWO + ": ");
    assertThat(store.names()).containsExactly(ONE, TWO, INDEX);
  }

  @Test
  void aRunThatWasKilledBetweenTwoNamesIsBroughtToItsEnd() throws IOException {
    store.file(INDEX, Store.index("a", ONE, "b", TWO)).migrate();
    Map<String, String> whole = Store.content(temporary);
    Files.delete(temporary.resolve("model.safetensors.index.json"));
    Files.delete(temporary.resolve("model-00002-of-00002.safetensors"));
    Files.delete(temporary.resolve(Journal.NAME));
    assertThat(store.migrate()).containsExactly(Map.entry(INDEX, "converted"));
    assertThat(Store.content(temporary)).isEqualTo(whole);
  }

  @Test
  void theOriginalsGoWithTheirIndex() throws IOException {
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names())
        .containsExactly(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
  }

  @Test
  void whereNoShardIsThereThatIsSaidToo() throws IOException {
    Files.delete(temporary.resolve(ONE));
    Files.delete(temporary.resolve(TWO));
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(
                INDEX,
                "refused: the file " + ONE + " that the index names and 1 other are not there"));
  }

  @Test
  void aShardThatIsNoCheckpointIsNamed() throws IOException {
    store.file(TWO, "text").file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(
                INDEX, "refused: the file " + TWO + " that the index names is not a checkpoint"));
    store.file(ONE, "text");
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(INDEX, "left alone: none of the files that it names is a checkpoint"));
  }

  @Test
  void aShardWithoutTensorsIsNamed() throws IOException {
    store.file(TWO, new Torch().zip(Py.dict("b", 1))).file(INDEX, Store.index("a", ONE, "b", TWO));
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(
                INDEX, "refused: the shard " + TWO + " is not a model: there is no tensor in it"));
  }

  @Test
  void twoIndicesOfTheSameShardsAreBothRefused() throws IOException {
    String half = "pytorch_model.bin.index.fp16.json";
    store.file(INDEX, Store.index("a", ONE, "b", TWO)).file(half, Store.index("b", TWO));
    store.with(it -> it.removeOriginals = true);
    String why = " names " + TWO + " too; leave one of both out";
    assertThat(store.migrate())
        .containsOnly(
            Map.entry(INDEX, "refused: " + half + why), Map.entry(half, "refused: " + INDEX + why));
    assertThat(store.names()).containsExactly(ONE, TWO, half, INDEX);
    store.selection = Selection.of(List.of(), List.of(half));
    assertThat(store.migrate()).containsExactly(Map.entry(INDEX, "converted"));
  }

  @Test
  void aShardThatIsPassedOverLeavesTheModelAlone() throws IOException {
    store.file(INDEX, Store.index("a", ONE, "b", TWO));
    for (Selection selection :
        List.of(
            Selection.of(List.of(), List.of("*-00002-*")),
            Selection.of(List.of("*-00001-*"), List.of()))) {
      store.selection = selection;
      assertThat(store.migrate())
          .containsExactly(
              Map.entry(
                  INDEX,
                  "left alone: the file "
                      + TWO
                      + " that the index names is left out by the include or"
                      + " exclude patterns"));
    }
    store.selection = Selection.of(List.of("*.pt"), List.of());
    assertThat(store.migrate()).isEmpty();
    assertThat(store.names()).containsExactly(ONE, TWO, INDEX);
  }
}
