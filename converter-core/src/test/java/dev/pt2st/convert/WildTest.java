package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people have published, with PyTorch's answers where it could give one. */
class WildTest {
  private static final ConvertOptions INERT =
      ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()));

  @TempDir Path temporary;

  static Stream<Corpus.Case> files() {
    Path wild = Corpus.shared("wild");
    return Files.isDirectory(wild) ? Corpus.at(wild).cases() : Stream.of();
  }

  @Test
  void theyAreThere() {
    assumeTrue(
        Files.isDirectory(Corpus.shared("wild")),
        () -> "skipped: no checkpoints at " + Corpus.shared("wild") + " (property pt2st.shared)");
    assertThat(files()).hasSize(36);
  }

  static Stream<Corpus.Case> answered() {
    return files().filter(c -> c.answer().has("inert"));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("answered")
  void asPlainDataEachHoldsWhatItsAnswerSays(Corpus.Case sample) throws Exception {
    assertGives(sample, INERT);
  }

  /** Where PyTorch's own safe mode takes a file, no option is needed; else it may be refused. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("answered")
  void withoutAnOptionItIsTheSameOrRefused(Corpus.Case sample) throws Exception {
    try {
      Converter.plan(sample.file(), ConvertOptions.STANDARD);
    } catch (RefusedException e) {
      assertThat(sample.answer().get("weights_only").getAsBoolean()).as(e.getMessage()).isFalse();
      assertThat(e.globals()).isNotEmpty();
      return;
    }
    assertGives(sample, ConvertOptions.STANDARD);
  }

  static Stream<Corpus.Case> unanswered() {
    return files().filter(c -> !c.answer().has("inert"));
  }

  /** Other layouts, archives of several, and one that has no tensor: converted, or said why not. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("unanswered")
  void withoutAnAnswerItIsConvertedOrItSaysWhyNot(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    try {
      Converter.convert(sample.file(), output, INERT, ProgressListener.NONE);
      assertThat(Corpus.describe(output)).isNotEmpty();
    } catch (CheckpointException e) {
      assertThat(e).hasMessageStartingWith(sample.file().toString());
      assertThat(output).doesNotExist();
    }
  }

  @Test
  void whatHasNoTensorIsSaidSo() {
    Path optimizer = Corpus.shared("wild").resolve("skorch-dev__skorch__optimizer_cuda.pt");
    assumeTrue(Files.exists(optimizer), "skipped: no such checkpoint");
    assertThatThrownBy(() -> Converter.plan(optimizer, ConvertOptions.STANDARD))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("there is no tensor in it");
  }

  private void assertGives(Corpus.Case sample, ConvertOptions options) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(sample.file(), output, options, ProgressListener.NONE);
    JsonObject given = sample.answer();
    JsonObject answer =
        given.getAsJsonObject(given.has("after_root_rules") ? "after_root_rules" : "inert");
    Corpus.assertHolds(output, answer.getAsJsonObject("tensors"));
  }
}
