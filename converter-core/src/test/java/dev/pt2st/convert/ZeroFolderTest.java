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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of DeepSpeed's ZeRO, one by one. */
class ZeroFolderTest {
  private static final String MODEL = "mp_rank_00_model_states.pt";

  @TempDir Path temporary;
  private Path step;

  /** What the optimizer of each rank says besides its groups. */
  private final Map<Object, @Nullable Object> state = new LinkedHashMap<>();

  @BeforeEach
  void makeStep() throws IOException {
    step = Files.createDirectories(temporary.resolve("run/global_step1"));
  }

  private void save(String name, Object value, Torch torch) throws IOException {
    Files.write(step.resolve(name), torch.zip(value));
  }

  private static Object shape(Object... sizes) {
    return Py.call("torch.Size", Py.tuple(sizes));
  }

  private void model(String name, Torch torch, Object... more) throws IOException {
    Map<Object, @Nullable Object> states = Py.dict(more);
    states.putIfAbsent("module", Py.dict());
    states.putIfAbsent("buffer_names", Py.list());
    save(name, states, torch);
  }

  private void optimizer(int rank, int stage, Object count, float[]... groups) throws IOException {
    Torch torch = new Torch();
    Object[] flat = new Object[groups.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = torch.tensor(groups[i]);
    }
    Map<Object, @Nullable Object> own =
        Py.dict(
            "zero_stage",
            Py.call("deepspeed.runtime.zero.config.ZeroStageEnum", stage),
            "partition_count",
            count,
            stage == 3 ? "fp32_flat_groups" : "single_partition_of_fp32_groups",
            Py.list(flat));
    own.putAll(state);
    save(
        "zero_pp_rank_" + rank + "_mp_rank_00_optim_states.pt",
        Py.dict("optimizer_state_dict", own),
        torch);
  }

  private Map<String, float[]> convert() throws CheckpointException, IOException {
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(
        step.getParent(),
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

  private void twoParameters(Object... more) throws IOException {
    Object[] all = new Object[more.length + 2];
    all[0] = "param_shapes";
    all[1] = Py.list(Py.orderedDict("a", shape(3), "b", shape(2, 1)));
    System.arraycopy(more, 0, all, 2, more.length);
    model(MODEL, new Torch(), all);
  }

  private static float[] of(float... values) {
    return values;
  }

  @Test
  void stageTwoIsCutFromWhatAllRanksHaveInARow() throws Exception {
    twoParameters("shared_params", Py.dict("tied", "b"));
    optimizer(0, 2, Py.list(2), of(1, 2));
    optimizer(1, 2, Py.list(2), of(3, 4, 5));
    assertThat(convert())
        .containsOnlyKeys("a", "b", "tied")
        .containsEntry("a", of(1, 2, 3))
        .containsEntry("b", of(4, 5))
        .containsEntry("tied", of(4, 5));
  }

  @Test
  void tenComesBehindTwo() throws Exception {
    model(MODEL, new Torch(), "param_shapes", Py.list(Py.orderedDict("a", shape(11))));
    for (int rank = 0; rank < 11; rank++) {
      optimizer(rank, 1, 11, of(rank));
    }
    assertThat(convert()).containsEntry("a", of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  }

  @Test
  void stageThreeIsCutParameterByParameter() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      model(
          "zero_pp_rank_" + rank + "_mp_rank_00_model_states.pt",
          new Torch(),
          "param_shapes",
          Py.list(Py.orderedDict("a", shape(3)), Py.orderedDict("b", shape())));
    }
    optimizer(0, 3, 2, of(1, 2), of(7));
    optimizer(1, 3, 2, of(3, Float.NaN), of(Float.NaN));
    assertThat(convert())
        .containsOnlyKeys("a", "b")
        .containsEntry("a", of(1, 2, 3))
        .containsEntry("b", of(7));
  }

  @Test
  void whatOnlyTheModelHasComesAsItIs() throws Exception {
    Torch torch = new Torch();
    Object c = torch.tensor(9);
    model(
        MODEL,
        torch,
        "module",
        Py.dict("a", torch.tensor(0), "running", torch.tensor(8), "c", c),
        "buffer_names",
        Py.list("running"),
        "param_shapes",
        Py.list(Py.orderedDict("a", shape(2))));
    optimizer(0, 2, 1, of(1, 2));
    assertThat(convert())
        .containsEntry("a", of(1, 2))
        .containsEntry("running", of(8))
        .containsEntry("c", of(9));
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

  @Test
  void aRankWithoutItsFileIsMissed() throws IOException {
    twoParameters();
    optimizer(0, 2, 2, of(1, 2, 3));
    assertMalformed("it was written by 2 processes, and the files of 1 are there");
    optimizer(2, 2, 2, of(4, 5));
    assertMalformed("the file of rank 1 with optim_states is missing");
  }

  @Test
  void moreThanPaddingIsNotCutOff() throws IOException {
    twoParameters();
    optimizer(0, 2, 1, of(1, 2, 3, 4, 5, 6, 7));
    assertMalformed("which is more than padding");
    optimizer(0, 2, 1, of(1, 2, 3, 4));
    assertMalformed("its group ends before it");
  }

  @Test
  void partsOfUnlikeGroupsOfRanksAreRefused() throws IOException {
    twoParameters();
    optimizer(0, 2, Py.list(1, 2), of(1, 2, 3, 4, 5));
    assertRefused("(MoE)");
    state.put("ds_zero_partition_groups", Py.list());
    optimizer(0, 2, 1, of(1, 2, 3, 4, 5));
    assertRefused("(MiCS)");
  }

  @Test
  void anOptimizerWithoutAStageIsAnotherOne() throws IOException {
    twoParameters();
    state.put("zero_stage", null);
    save(
        "bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt",
        Py.dict("optimizer_state_dict", Py.dict("partition_count", 1)),
        new Torch());
    assertRefused("BF16_Optimizer");
  }

  @Test
  void anotherNameOfNothingIsRefused() throws IOException {
    twoParameters("shared_params", Py.dict("tied", "c"));
    optimizer(0, 2, 1, of(1, 2, 3, 4, 5));
    assertMalformed("it is another name of \"c\", which is not there");
  }

  @Test
  void latestNamesAFolderAndNoPath() throws Exception {
    twoParameters();
    optimizer(0, 2, 1, of(1, 2, 3, 4, 5));
    Path latest = step.resolveSibling("latest");
    Files.writeString(latest, "../run/global_step1");
    assertRefused("is not the name of a folder");
    Files.writeString(latest, "global_step1\n");
    assertThat(convert()).containsOnlyKeys("a", "b");
  }
}
