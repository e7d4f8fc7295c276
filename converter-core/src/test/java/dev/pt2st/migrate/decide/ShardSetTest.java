package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
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

/** A model in shards that has no index gets one, and appears whole or not at all. */
class ShardSetTest {
  private static final String ONE = "pytorch_model-00001-of-00002.bin";
  private static final String TWO = "pytorch_model-00002-of-00002.bin";
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() {
    store = new Store(temporary);
    store.file(ONE, Store.model("a", 1, 2)).file(TWO, Store.model("b", 3));
  }

  @Test
  void itsIndexIsMadeFromItsShards() throws IOException {
    UnitResult result = store.results().getFirst();
    assertThat(result.unit().name()).isEqualTo(ONE);
    assertThat(result.verdict()).isEqualTo(UnitResult.Verdict.CONVERTED);
    assertThat(result.notes()).containsExactly("it has no index, so one is made from its shards");
    assertThat(temporary.resolve(INDEX))
        .content()
        .contains("\"total_size\": 12", "\"b\": \"model-00002-of-00002.safetensors\"");
    assertThat(store.plan()).containsExactly("KEEP MODEL " + ONE);
    assertThat(store.migrate()).containsExactly(Map.entry(ONE, "already there"));
    Files.delete(temporary.resolve(INDEX));
    assertThat(store.migrate()).containsExactly(Map.entry(ONE, "converted"));
    assertThat(temporary.resolve(INDEX)).exists();
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    Files.delete(temporary.resolve(TWO));
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(ONE, "refused: the shard " + TWO + " of the same model is not there"));
    assertThat(store.names()).containsExactly(ONE);
    store.file(TWO, "text");
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(ONE, "refused: the shard " + TWO + " of the same model is not a checkpoint"));
  }

  @Test
  void aKeyInTwoShardsIsRefused() throws IOException {
    store.file(TWO, Store.model("a", 3));
    assertThat(store.migrate().get(ONE))
        .startsWith("refused: tensor \"a\": two shards have it: " + ONE + " and ");
    assertThat(store.names()).containsExactly(ONE, TWO);
  }

  @Test
  void aShardThatIsPassedOverLeavesTheModelAlone() throws IOException {
    store.selection = Selection.of(List.of(), List.of("*-00002-*"));
    assertThat(store.migrate().get(ONE)).startsWith("left alone: the shard " + TWO + " of the ");
  }

  /** Nobody has said that they are a model. */
  @Test
  void theStateOfAnOptimizerInSuchFilesIsLeftAlone() throws IOException {
    store.file(ONE, Store.optimizer()).file(TWO, Store.optimizer());
    assertThat(store.migrate())
        .containsExactly(
            Map.entry(
                ONE,
                "left alone: the shard "
                    + ONE
                    + " is not a model: the state of an optimizer, not a model"));
  }

  /** In the order in which a run removes them, up to where it was killed. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theOriginalsGoEvenIfARunIsKilledMeanwhile(int removed) throws IOException {
    store.with(it -> it.durable = true).migrate();
    for (String name : List.of(TWO, ONE).subList(0, removed)) {
      Files.delete(temporary.resolve(name));
    }
    store.removeOriginals = true;
    assertThat(store.migrate().values()).allMatch(verdict -> verdict.equals("already there"));
    assertThat(store.names())
        .containsExactly(
            "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", INDEX);
  }

  /** It has its index, and this shard is left from another one. */
  @Test
  void aShardBesideTheIndexOfAnotherModelIsACheckpoint() throws IOException {
    String old = "pytorch_model-00001-of-00003.bin";
    store.file("pytorch_model.bin.index.json", Store.index("a", ONE, "b", TWO));
    store.file(old, Store.model("c", 1));
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("pytorch_model.bin.index.json", "converted"), Map.entry(old, "converted"));
  }

  @Test
  void twoModelsWithoutAnIndexThatWouldHaveTheSameAreRefused() throws IOException {
    String other = "pytorch_model-00001-of-00001.bin";
    store.file(other, Store.model("c", 1));
    assertThat(store.migrate())
        .containsEntry(
            ONE,
            "refused: "
                + ONE
                + " and "
                + other
                + " would both be "
                + INDEX
                + "; rename one, or leave it out")
        .hasEntrySatisfying(other, text -> assertThat(text).startsWith("refused: "));
  }

  @Test
  void linksToSuchShardsGetAnIndexToo() throws IOException {
    store.link("latest/" + ONE, "../" + ONE).link("latest/" + TWO, "../" + TWO);
    store.with(it -> it.removeOriginals = true);
    assertThat(store.migrate())
        .containsOnly(Map.entry(ONE, "converted"), Map.entry("latest/" + ONE, "linked"));
    assertThat(store.names())
        .containsExactly(
            "latest/model-00001-of-00002.safetensors",
            "latest/model-00002-of-00002.safetensors",
            "latest/" + INDEX,
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            INDEX);
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model-00002-of-00003.bin, pytorch_model.bin.index.json",
    "pytorch_model.fp16-00002-of-00003.bin, pytorch_model.bin.index.fp16.json",
    "diffusion_pytorch_model-00001-of-00002.fp16.bin, diffusion_pytorch_model.bin.index.fp16.json",
    "x.y-00001-of-00001.pt, x.y.pt.index.json",
    "pytorch_model-00000-of-00003.bin,",
    "pytorch_model-00004-of-00003.bin,",
    "pytorch_model-1-of-3.bin,",
    "model-00001-of-00002.safetensors,"
  })
  void theNameOfAShardTellsThatOfItsIndex(String shard, String index) {
    assertThat(ShardName.of(shard).map(ShardName::index).orElse(null)).isEqualTo(index);
  }
}
