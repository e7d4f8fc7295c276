package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.testing.DcpFolder;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder that is one checkpoint is one unit, and none of its parts is ever converted or removed.
 */
class FolderUnitsTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  /** Each kind with files that make a folder one, all of which look like checkpoints alone. */
  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of(FolderKind.DCP, List.of(".metadata.pkl", "__0_0.distcp", "__1_0.distcp")),
        Arguments.of(FolderKind.DCP, List.of("__0.metadata", "weights.bin")),
        Arguments.of(
            FolderKind.ZERO,
            List.of(
                "mp_rank_00_model_states.pt", "bf16_zero_pp_rank_0_mp_rank_00_optim_states.pt")),
        Arguments.of(FolderKind.ZERO, List.of("zero_pp_rank_1_mp_rank_00_model_states.pt")),
        Arguments.of(
            FolderKind.UNIVERSAL,
            List.of("mp_rank_00_model_states.pt", "zero/a.weight/fp32.pt", "zero/b/exp_avg.pt")),
        Arguments.of(
            FolderKind.RANKS,
            List.of("model_world_size_2_rank_0.pt", "optim_world_size_2_rank_0.pt")),
        Arguments.of(
            FolderKind.RANKS,
            List.of("pytorch_model_fsdp_0_rank0.bin", "pytorch_model_fsdp_0_rank1.bin")),
        Arguments.of(
            FolderKind.MEGATRON,
            List.of("mp_rank_00/model_optim_rng.pt", "mp_rank_01/model_optim_rng.pt")),
        Arguments.of(FolderKind.MEGATRON, List.of("mp_rank_00_001/model_optim_rng.pt")),
        Arguments.of(FolderKind.META, List.of("consolidated.00.pth", "consolidated.01.pth")),
        Arguments.of(FolderKind.PIPELINE, List.of("layer_00-model_00-model_states.pt", "extra.pt")),
        Arguments.of(
            FolderKind.EXPERTS,
            List.of("layer_1_expert_0_mp_rank_00_model_states.pt", "mp_rank_00_model_states.pt")),
        Arguments.of(
            FolderKind.TENSOR_PARALLEL,
            List.of("mp_rank_00_model_states.pt", "mp_rank_01_model_states.pt")),
        Arguments.of(FolderKind.RANKS, List.of("pytorch_model_fsdp_0_rank0.bin")),
        Arguments.of(FolderKind.FAIRSCALE, List.of("last-shard0.pt", "last-shard1.pt")),
        Arguments.of(FolderKind.FAIRSCALE, List.of("last-shard1.pt", "last-shard2.pt")),
        Arguments.of(
            FolderKind.MODEL_PARTS,
            List.of("last-model_part-0-shard0.pt", "last-model_part-0-shard1.pt")),
        Arguments.of(
            FolderKind.MODEL_PARTS, List.of("reshard-model_part-0.pt", "reshard-model_part-1.pt")),
        Arguments.of(
            FolderKind.RANK_EXPERTS, List.of("last-rank-0-shard0.pt", "last-shared-shard0.pt")));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("layouts")
  void noPartIsConvertedOrRemoved(FolderKind kind, List<String> files) throws IOException {
    files.forEach(name -> store.model("run/step/" + name));
    store.removeOriginals = true;
    List<String> before = store.names();
    assertThat(FolderCheckpoint.in(store.root.resolve("run/step")).map(FolderCheckpoint::kind))
        .contains(kind);
    Map<String, String> verdicts = store.migrate();
    assertThat(verdicts).containsOnlyKeys("run/step");
    if (!kind.isRead()) {
      assertThat(verdicts.get("run/step"))
          .isEqualTo("refused: it is " + kind.shown() + "; " + kind.tool());
    }
    assertThat(store.names()).containsAll(before);
    // What all ranks have alike is a whole: it is the one thing here that comes to something.
    List<String> made =
        store.names().stream().filter(name -> name.endsWith(".safetensors")).toList();
    assertThat(made).isSubsetOf("run/step/model.safetensors");
    assertThat(made.isEmpty()).isEqualTo(!verdicts.get("run/step").equals("converted"));
  }

  @Test
  void theRootOfTheTreeMayBeOne() throws IOException {
    store.model("consolidated.00.pth").model("consolidated.01.pth");
    store.removeOriginals = true;
    assertThat(store.migrate()).containsOnlyKeys(".");
    assertThat(store.names()).containsExactly("consolidated.00.pth", "consolidated.01.pth");
  }

  /** A rank, a number or a name that only looks like one of several is a checkpoint of its own. */
  @Test
  void whatStandsAloneIsConverted() throws IOException {
    store.model("llama/consolidated.00.pth").model("lora/lora_rank8.bin");
    store.model("lora/lora_rank16.bin").model("zero1/mp_rank_00_model_states.pt");
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("llama/consolidated.00.pth", "converted"),
            Map.entry("lora/lora_rank16.bin", "converted"),
            Map.entry("lora/lora_rank8.bin", "converted"),
            Map.entry("zero1/mp_rank_00_model_states.pt", "converted"));
  }

  @Test
  void otherFilesOfTheFolderAreWhatTheyAre() throws IOException {
    store.model("consolidated.00.pth").model("consolidated.01.pth").model("other.pt");
    assertThat(store.migrate()).containsEntry("other.pt", "converted").hasSize(2);
  }

  /** As in a cache: the names are links, and the files have none. */
  @Test
  void whatItsLinksLeadToIsNoCheckpointOfItsOwnEither() throws IOException {
    store.model("blobs/a1").model("blobs/b2");
    store.link("snapshot/consolidated.00.pth", "../blobs/a1");
    store.link("snapshot/consolidated.01.pth", "../blobs/b2");
    store.removeOriginals = true;
    Map<String, String> verdicts = store.migrate();
    assertThat(verdicts.get("blobs/a1"))
        .isEqualTo("left alone: snapshot names it, and is not converted");
    assertThat(store.names())
        .containsExactly(
            "blobs/a1", "blobs/b2", "snapshot/consolidated.00.pth", "snapshot/consolidated.01.pth");
  }

  private void distributed(String name) throws IOException {
    new DcpFolder()
        .tensor(
            "w", new int[] {3}, DcpFolder.box(new int[] {0}, 2), DcpFolder.box(new int[] {2}, 1))
        .write(store.root.resolve(name));
  }

  @ParameterizedTest
  @CsvSource({
    "epoch=1.ckpt, epoch=1.safetensors",
    "step-1000, step-1000.safetensors",
    "checkpoint-5/pytorch_model_fsdp_0, checkpoint-5/model.safetensors",
    "checkpoint-5/pytorch_model_fsdp_1, checkpoint-5/model_1.safetensors"
  })
  void theModelOfAFolderStandsBesideIt(String folder, String model) throws IOException {
    distributed(folder);
    store.removeOriginals = true;
    List<String> before = store.names();
    assertThat(store.migrate()).containsOnly(Map.entry(folder, "converted"));
    assertThat(store.names()).contains(model).containsAll(before);
    assertThat(store.stays).singleElement().asString().startsWith(folder + ": the original is not");
    assertThat(store.migrate()).containsOnly(Map.entry(folder, "already there"));
  }

  @Test
  void anOptimizersFolderIsNoModel() throws IOException {
    distributed("checkpoint-5/optimizer_0");
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("checkpoint-5/optimizer_0", "left alone: it is the state of an optimizer"));
  }

  @Test
  void theRootOfTheTreeHasItsModelInIt() throws IOException {
    distributed("");
    assertThat(store.migrate()).containsOnly(Map.entry(".", "converted"));
    assertThat(store.names()).contains("model.safetensors", ".metadata", "__0_0.distcp");
  }

  @Test
  void theOtherStepsOfARunAreLeftAlone() throws IOException {
    String file = "zero_pp_rank_0_mp_rank_00_optim_states.pt";
    store.model("run/global_step10/" + file).model("run/global_step20/" + file);
    store.file("run/latest", "global_step20");
    Map<String, String> verdicts = store.migrate();
    assertThat(verdicts.get("run/global_step10"))
        .isEqualTo(
            "left alone: the file that names the current step beside it names global_step20");
    assertThat(verdicts.get("run/global_step20")).startsWith("failed: ");
  }
}
