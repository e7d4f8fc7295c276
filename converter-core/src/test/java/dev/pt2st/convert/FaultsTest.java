package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that were once converted wrongly, or refused for no good reason, and what they give. */
class FaultsTest {
  @TempDir Path temporary;

  static Stream<Corpus.Case> files() {
    Path faults = Corpus.shared("faults");
    return Files.isDirectory(faults) ? Corpus.at(faults).cases() : Stream.of();
  }

  @Test
  void theyAreThere() {
    assumeTrue(
        Files.isDirectory(Corpus.shared("faults")),
        () -> "skipped: no checkpoints at " + Corpus.shared("faults") + " (property pt2st.shared)");
    assertThat(files()).hasSizeGreaterThanOrEqualTo(23);
  }

  static Stream<Corpus.Case> answered() {
    return files().filter(c -> c.answer().has("tensors"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("answered")
  void eachHoldsWhatItsAnswerSays(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(sample.file(), output, Choices.of(options(sample)), ProgressListener.NONE);
    Corpus.assertHolds(output, sample.answer().getAsJsonObject("tensors"));
  }

  private static String options(Corpus.Case sample) {
    JsonObject answer = sample.answer();
    List<JsonElement> words =
        answer.has("options") ? answer.getAsJsonArray("options").asList() : List.of();
    return String.join(" ", words.stream().map(JsonElement::getAsString).toList());
  }

  /**
   * What the notes say of those without an answer: the names as PyTorch's state_dict() has them.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "fx_graphmodule.pt, 7, conv.weight",
    "hf_model_output.pt, 2, last_hidden_state",
    "namedtuple_buffer.pt, 4, buffer.1.0",
    "np_object_state_dicts.pt, 2, weights.1.b.layer0.weight",
    "pyg_data.pt, 6, 0._store._mapping.x",
    "stylegan3_network_snapshot.pkl, 6, G_ema.mapping.fc0",
    "dynquant_whole.pt, 8, 2._packed_params._packed_params.1",
    "whole_qat_converted.pt, 6, 1.zero_point",
    "silero_tts_package.pt, 2, fc.weight",
  })
  void tensorsThatSeemedNotToBeThereAreFound(String file, int tensors, String name)
      throws Exception {
    Path input = Corpus.shared("faults").resolve(file);
    assumeTrue(Files.exists(input), "skipped: no such checkpoint");
    ConvertOptions options =
        Choices.of("--quantized dequantize")
            .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()));
    assertThat(Converter.plan(input, options).tensors())
        .extracting(tensor -> tensor.info().name())
        .hasSize(tensors)
        .contains(name);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ds_zero3_model_states.pt | all its 3 tensors are empty: placeholders",
        "int_str_collision.pt | [0] and [\"0\"]",
        "fx_graphmodule.pt | to load this file would call torch.fx.graph_module.reduce_graph_module(",
        "whole_qat_converted.pt | (a quantized tensor)",
      })
  void whatIsRefusedIsSaid(String file, String words) {
    Path input = Corpus.shared("faults").resolve(file);
    assumeTrue(Files.exists(input), "skipped: no such checkpoint");
    assertThatThrownBy(() -> Converter.plan(input, ConvertOptions.STANDARD))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(words);
  }
}
