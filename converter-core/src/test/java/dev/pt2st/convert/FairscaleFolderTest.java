package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of fairscale's shards, one by one: two ranks with a flat tensor of the five elements 1
 * to 5, of which "a" has three and "b" two, and a buffer.
 */
class FairscaleFolderTest {
  @TempDir Path temporary;

  /** What a shard says of the wrapper, but for its parameters. */
  private final Map<Object, @Nullable Object> wrapper =
      Py.dict(
          "fsdp_path",
          "",
          "no_broadcast_optim_state",
          false,
          "shared_param_info",
          Py.list(Py.tuple("a", "tied")));

  /** What it says of the flat tensor. */
  private final Map<Object, @Nullable Object> flat =
      Py.dict(
          "names",
          Py.list("a", "b"),
          "shapes",
          Py.list(shape(3), shape(2, 1)),
          "numels",
          Py.list(3, 2));

  private String set = "checkpoint_last";

  private static Object shape(Object... sizes) {
    return Py.call("torch.Size", Py.tuple(sizes));
  }

  private Path folder() throws IOException {
    return Files.createDirectories(temporary.resolve("run"));
  }

  private void shard(int rank, int padding, float buffer, float... elements) throws IOException {
    shard(rank, padding, buffer, Map.of(), elements);
  }

  private void shard(
      int rank, int padding, float buffer, Map<String, float[]> others, float... elements)
      throws IOException {
    Torch torch = new Torch();
    Map<Object, @Nullable Object> own = new LinkedHashMap<>(wrapper);
    if (!own.containsKey("is_flat")) {
      Map<Object, @Nullable Object> parameter = new LinkedHashMap<>(flat);
      parameter.put("padding", padding);
      own.put("params", Py.dict("flat_param_0", parameter));
    }
    String path = String.valueOf(wrapper.get("fsdp_path"));
    String prefix = path.isEmpty() ? "" : path + ".";
    Map<Object, @Nullable Object> model =
        Py.dict(prefix + "flat_param_0", torch.tensor(elements), "mean", torch.tensor(buffer));
    others.forEach((name, values) -> model.put(name, torch.tensor(values)));
    Object top =
        Py.dict(
            "model",
            model,
            "shard_metadata",
            Py.dict("param_metadata", Py.list(own), "buffer_names", Py.list("mean", "unsaved")),
            "last_optimizer_state",
            Py.dict("exp_avg", torch.tensor(7, 8)),
            "epoch",
            3);
    Files.write(folder().resolve(set + "-shard" + rank + ".pt"), torch.zip(top));
  }

  private void twoShards() throws IOException {
    shard(0, 0, 9, 1, 2, 3);
    shard(1, 1, 9, 4, 5, 99);
  }

  private Map<String, float[]> convert() throws CheckpointException, IOException {
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(
        folder(),
        output,
        ConvertOptions.STANDARD,
        WriteOptions.STANDARD.withCheck(new OutputVerifier()),
        ProgressListener.NONE);
    Map<String, float[]> found = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      for (var tensor : file.tensors()) {
        byte[] bytes = file.data(tensor).toArray(ValueLayout.JAVA_BYTE);
        found.put(
            tensor.name(), MemorySegment.ofArray(bytes).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      }
    }
    return found;
  }

  private void assertMalformed(String why) {
    assertThatThrownBy(this::convert)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }

  private void assertRefused(String why) {
    assertThatThrownBy(this::convert)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }

  private static float[] of(float... values) {
    return values;
  }

  @Test
  void parametersAreCutFromThePartsInARowWithoutThePadding() throws Exception {
    twoShards();
    assertThat(convert())
        .containsOnlyKeys("a", "b", "tied", "mean")
        .containsEntry("a", of(1, 2, 3))
        .containsEntry("b", of(4, 5))
        .containsEntry("tied", of(1, 2, 3))
        .containsEntry("mean", of(9));
  }

  @Test
  void moreRanksThanElementsHaveNothingButPadding() throws Exception {
    flat.putAll(Py.dict("names", Py.list("a"), "shapes", Py.list(shape(2)), "numels", Py.list(2)));
    shard(0, 0, 9, 1);
    shard(1, 0, 9, 2);
    shard(2, 1, 9, 99);
    assertThat(convert()).containsEntry("a", of(1, 2));
  }

  @Test
  void aMissingRankIsMissed() throws Exception {
    shard(0, 0, 9, 1, 2);
    shard(2, 1, 9, 5, 99);
    assertMalformed("the shard of rank 1 is missing");
  }

  @Test
  void theFirstRankIsMissedToo() throws Exception {
    shard(1, 0, 9, 3, 4);
    shard(2, 1, 9, 5, 99);
    assertMalformed("the shard of rank 0 is missing");
  }

  /** No file says how many there are; the sizes do. */
  @Test
  void theLastRankIsMissedByTheSizes() throws Exception {
    shard(0, 0, 9, 1, 2);
    shard(1, 0, 9, 3, 4);
    assertMalformed(
        "it has 2 elements, 0 of them padding; of 5 elements on 2 ranks it would have 3");
  }

  @ParameterizedTest
  @CsvSource({"0", "2", "-1", "4"})
  void anotherPaddingIsWrong(int padding) throws Exception {
    shard(0, 0, 9, 1, 2, 3);
    shard(1, padding, 9, 4, 5, 99);
    assertMalformed("padding");
  }

  @Test
  void aFlatTensorOfAnotherSizeIsWrong() throws Exception {
    shard(0, 0, 9, 1, 2, 3);
    shard(1, 1, 9, 4, 5);
    assertMalformed("it has 2 elements, 1 of them padding");
  }

  @Test
  void sizesAndTheirCountMustAgree() throws Exception {
    flat.put("numels", Py.list(2, 3));
    twoShards();
    assertMalformed("\"a\" has the sizes [3] and, as it says, 2 elements");
  }

  @Test
  void namesAndSizesAreEquallyMany() throws Exception {
    flat.put("names", Py.list("a", "b", "c"));
    twoShards();
    assertMalformed("are not equally many");
  }

  @Test
  void sizesThatOverflowAreTold() throws Exception {
    flat.put("shapes", Py.list(shape(1L << 40, 1L << 40), shape(2, 1)));
    twoShards();
    assertMalformed("overflow");
  }

  @Test
  void allRanksSayTheSame() throws Exception {
    shard(0, 0, 9, 1, 2, 3);
    flat.put("names", Py.list("b", "a"));
    flat.put("shapes", Py.list(shape(3), shape(2)));
    shard(1, 1, 9, 4, 5, 99);
    assertMalformed("its metadata is not that of rank 0");
  }

  @Test
  void aNameStandsForOneParameter() throws Exception {
    flat.put("names", Py.list("a", "a"));
    twoShards();
    assertMalformed("its metadata names it twice");
  }

  @Test
  void buffersMustBeTheSameInAllRanks() throws Exception {
    shard(0, 0, 9, 1, 2, 3);
    shard(1, 1, 8, 4, 5, 99);
    assertMalformed("the copies that several ranks have of this buffer differ");
  }

  @Test
  void whatNoMetadataNamesIsNotGuessed() throws Exception {
    shard(0, 0, 9, Map.of("more", of(6)), 1, 2, 3);
    shard(1, 1, 9, Map.of("more", of(6)), 4, 5, 99);
    assertMalformed("it is neither a parameter nor a buffer by its metadata");
  }

  @Test
  void parametersThatAreEachRanksOwnAreRefused() throws Exception {
    wrapper.put("no_broadcast_optim_state", true);
    twoShards();
    assertRefused("each rank's own, as experts are");
  }

  @Test
  void whereNamesOfSharedParametersBeginIsNotGuessed() throws Exception {
    wrapper.put("fsdp_path", "decoder");
    twoShards();
    assertRefused("nothing says where their names begin");
  }

  @Test
  void anInnerWrapperHasItsPathInAllNames() throws Exception {
    wrapper.put("fsdp_path", "decoder");
    wrapper.put("shared_param_info", Py.list());
    twoShards();
    assertThat(convert()).containsOnlyKeys("decoder.a", "decoder.b", "mean");
  }

  @Test
  void anAliasOfNothingIsWrong() throws Exception {
    wrapper.put("shared_param_info", Py.list(Py.tuple("c", "tied")));
    twoShards();
    assertMalformed("it is another name of \"c\", which is not there");
  }

  @Test
  void theFormerListsAreRead() throws Exception {
    wrapper.remove("shared_param_info");
    wrapper.putAll(
        Py.dict(
            "is_flat",
            true,
            "num_padded",
            Py.list(0),
            "param_names",
            Py.list("a", "b"),
            "param_shapes",
            Py.list(shape(3), shape(2, 1)),
            "param_numels",
            Py.list(3, 2)));
    shard(0, 0, 9, 1, 2, 3);
    wrapper.put("num_padded", Py.list(1));
    shard(1, 1, 9, 4, 5, 99);
    assertThat(convert()).containsEntry("b", of(4, 5));
  }

  @Test
  void ofTheFormerListsEachNameHasASize() throws Exception {
    wrapper.putAll(
        Py.dict(
            "is_flat",
            false,
            "num_padded",
            Py.list(0),
            "param_names",
            Py.list("a", "b"),
            "param_shapes",
            Py.list(shape(3), shape(2, 1)),
            "param_numels",
            Py.list(3, 2)));
    twoShards();
    assertMalformed("are not equally many");
  }

  @Test
  void twoCheckpointsInAFolderAreNotMixed() throws Exception {
    twoShards();
    set = "checkpoint_best";
    twoShards();
    assertRefused("there are several checkpoints in this folder, checkpoint_best, checkpoint_last");
  }

  @ParameterizedTest
  @CsvSource({
    "checkpoint_last-model_part-0, model_part-N",
    "checkpoint_last-rank-0, experts in files of their own"
  })
  void otherPartsThanShardsAreRefused(String name, String why) throws Exception {
    set = name;
    twoShards();
    assertRefused(why);
  }

  @Test
  void modelPartsWithoutShardsAreRefused() throws Exception {
    for (int part = 0; part < 2; part++) {
      Torch torch = new Torch();
      byte[] half = torch.zip(Py.dict("model", Py.dict("a", torch.tensor(1))));
      Files.write(folder().resolve("reshard-model_part-" + part + ".pt"), half);
    }
    assertRefused("tensor-parallel");
  }

  /** Under any name: its flat tensor is not a parameter. */
  @Test
  void aShardAloneIsNoModel() throws Exception {
    twoShards();
    Path alone = Files.move(folder().resolve(set + "-shard0.pt"), temporary.resolve("model.pt"));
    assertThatThrownBy(() -> Converter.plan(alone, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one shard of fairscale's FSDP");
  }

  /** metaseq leaves the metadata in what it has put together. */
  @Test
  void whatIsPutTogetherIsAModel() throws Exception {
    twoShards();
    Torch torch = new Torch();
    Object metadata = Py.dict("param_metadata", Py.list(wrapper), "buffer_names", Py.list("mean"));
    wrapper.put("params", Py.dict("flat_param_0", flat));
    flat.put("padding", 0);
    byte[] whole =
        torch.zip(Py.dict("model", Py.dict("a", torch.tensor(1)), "shard_metadata", metadata));
    Path file = Files.write(temporary.resolve("model.pt"), whole);
    assertThat(Converter.plan(file, ConvertOptions.STANDARD).tensors()).hasSize(1);
  }
}
