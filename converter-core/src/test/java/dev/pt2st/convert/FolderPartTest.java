package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderChoice;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Unsupported;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Corpus.Case;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.ModelDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One part of a checkpoint of several processes is not a model, and is told with its folder. */
class FolderPartTest {
  /** Files of such folders that mean something alone: of ZeRO-2, the model in 16 bits. */
  private static final Set<String> ALONE =
      Set.of("zero2/mp_rank_00_model_states.pt", "zero2_fp16/mp_rank_00_model_states.pt");

  /** What trainers put beside the parts. */
  private static final Set<String> BESIDE = Set.of("common.pt", "meta.pt");

  private static final ConvertOptions SKIPPING =
      ConvertOptions.STANDARD.withUnsupported(Unsupported.SKIP);

  @TempDir Path temporary;

  static Stream<Case> folders() {
    return Corpus.sharded().filter(each -> each.expect().equals("convert"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("folders")
  void noPartIsTakenForAModel(Case each) throws Exception {
    FolderCheckpoint folder = FolderChoice.in(each.input(), "").orElseThrow();
    for (Path part : folder.parts()) {
      String name = String.valueOf(part.getFileName());
      if (BESIDE.contains(name) || name.endsWith(".json")) {
        continue;
      }
      if (ALONE.contains(each + "/" + name)) {
        assertThat(plan(part, ConvertOptions.STANDARD)).isNull();
        continue;
      }
      for (ConvertOptions options : List.of(ConvertOptions.STANDARD, SKIPPING)) {
        assertThat(plan(part, options))
            .as(part.toString())
            .isInstanceOfAny(RefusedException.class, UnsupportedException.class)
            .hasMessageMatching(
                "(?s).*(?:take the folder with all parts, |placeholders|there is no tensor in it).*");
      }
      // What is a safetensors file has the digest of what is in it.
      if (!name.endsWith(".safetensors")) {
        assertThatThrownBy(
                () -> ModelDigest.of(part, ConvertOptions.STANDARD, ProgressListener.NONE))
            .as("the checksum of %s", part)
            .isInstanceOfAny(RefusedException.class, UnsupportedException.class);
      }
    }
  }

  /** Null if it would be converted. */
  private static CheckpointException plan(Path file, ConvertOptions options) throws IOException {
    try {
      Converter.plan(file, options);
      return null;
    } catch (CheckpointException e) {
      return e;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mp_rank_00/model_optim_rng.pt | mp_rank_01/model_optim_rng.pt | torch_dist",
        "consolidated.00.pth | consolidated.01.pth | convert_llama_weights_to_hf.py",
        "layer_00-model_states.pt | mp_rank_00_model_states.pt | ds_to_universal.py",
        "mp_rank_00_model_states.pt | mp_rank_01_model_states.pt | ds_to_universal.py",
        "mp_rank_00_model_states.pt | expert_0_mp_rank_00_model_states.pt | state_dict",
        "reshard-model_part-0.pt | reshard-model_part-1.pt | convert_to_singleton.py"
      })
  void aPartOfWhatIsNotConvertedNamesTheTool(String part, String other, String tool)
      throws IOException {
    for (String name : List.of(part, other)) {
      Path file = temporary.resolve(name);
      Files.createDirectories(file.getParent());
      Torch torch = new Torch();
      Files.write(file, torch.zip(Py.dict("model", Py.dict("w", torch.tensor(1)))));
    }
    assertThat(plan(temporary.resolve(part), ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("and not a model of its own")
        .hasMessageContaining(tool);
  }

  @ParameterizedTest
  @CsvSource({
    "mp_rank_00/model_optim_rng.pt",
    "consolidated.00.pth",
    "model_rank0.bin",
    "step.pt",
    "model_states.pt",
    "x-shard0.pt"
  })
  void theOnlyOneOfItsNameStandsForItself(String name) throws IOException {
    Path file = temporary.resolve(name);
    Files.createDirectories(file.getParent());
    Torch torch = new Torch();
    Files.write(file, torch.zip(Py.dict("model", Py.dict("w", torch.tensor(1)))));
    assertThat(plan(file, ConvertOptions.STANDARD)).isNull();
  }

  /** Far from the others, under a name that says nothing. */
  @Test
  void theTensorsOfARankTellItToo() throws IOException {
    Path part = Corpus.root().resolve("samples/sharded/dtensor_ranks/model_world_size_4_rank_0.pt");
    Path file = Files.copy(part, temporary.resolve("model.pt"));
    assertThat(plan(file, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("it holds one rank's part of tensors that are spread over several")
        .hasMessageContaining("put the files of all ranks into one folder");
  }

  /** The buffers are there, and not the weights. */
  @Test
  void placeholdersBesideBuffersAreNoModel() throws IOException {
    Path part =
        Corpus.root()
            .resolve(
                "samples/sharded/zero3/global_step10/zero_pp_rank_0_mp_rank_00_model_states.pt");
    Path file = Files.copy(part, temporary.resolve("model.pt"));
    assertThat(plan(file, ConvertOptions.STANDARD))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("5 of its weights are not in it, or as empty placeholders");
  }
}
