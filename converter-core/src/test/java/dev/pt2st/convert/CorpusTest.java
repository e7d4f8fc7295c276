package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every checkpoint of the corpora gives just what PyTorch itself makes of it. */
class CorpusTest {
  @TempDir Path temporary;

  static Stream<Corpus.Case> cases() {
    Stream<Corpus.Case> samples = Corpus.samples().cases();
    Path real = Corpus.shared("real");
    return Files.isDirectory(real) ? Stream.concat(samples, Corpus.at(real).cases()) : samples;
  }

  static Stream<Corpus.Case> converted() {
    return cases().filter(c -> c.expect().equals("convert"));
  }

  static Stream<Corpus.Case> refused() {
    return cases().filter(c -> c.expect().equals("refuse"));
  }

  @org.junit.jupiter.api.Test
  void realCheckpointsAreThere() {
    assumeTrue(
        Files.isDirectory(Corpus.shared("real")),
        () -> "skipped: no checkpoints at " + Corpus.shared("real") + " (property pt2st.shared)");
    assertThat(Corpus.at(Corpus.shared("real")).cases()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("converted")
  void isByteForByteTheReferenceWritersFile(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    convert(sample, output, ConvertOptions.STANDARD);
    Corpus.assertHolds(output, sample.answer().getAsJsonObject("tensors"));
    assertThat(Corpus.sha256(Files.readAllBytes(output)))
        .isEqualTo(sample.answer().get("reference_sha256").getAsString());
  }

  /** The answers of the shared files do not tell apart what another root would give. */
  static Stream<Corpus.Case> convertedSamples() {
    return converted().filter(c -> !c.answer().has("source"));
  }

  @ParameterizedTest
  @MethodSource("convertedSamples")
  void everythingIsTakenWithRootAll(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    // What is foreign outside of the model is inside of everything.
    Policy policy = sample.answer().has("foreign") ? Policy.STANDARD.allowAll() : Policy.STANDARD;
    convert(
        sample,
        output,
        ConvertOptions.STANDARD.withRoot("all").withRead(ReadOptions.STANDARD.withPolicy(policy)));
    JsonObject everything = sample.answer().getAsJsonObject("tensors_everything");
    Corpus.assertHolds(
        output, everything == null ? sample.answer().getAsJsonObject("tensors") : everything);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedAndNothingIsLeft(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    assertThatThrownBy(() -> convert(sample, output, ConvertOptions.STANDARD))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(sample.file().toString());
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  static Stream<Corpus.Case> foreign() {
    return cases().filter(c -> c.answer().has("foreign"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void whatIsForeignOutsideOfTheModelIsNamedAndNeedsNoOption(Corpus.Case sample) throws Exception {
    List<String> names =
        sample.answer().getAsJsonArray("foreign").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    assertThat(Converter.plan(sample.file(), ConvertOptions.STANDARD).inert())
        .extracting(RefusedGlobal::name)
        .containsExactlyInAnyOrderElementsOf(names);
    Policy strict = Policy.STANDARD.strict();
    assertThatThrownBy(() ->
            Converter.plan(
                sample.file(),
                ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(strict))))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.globals())
                    .extracting(RefusedGlobal::name)
                    .containsExactlyInAnyOrderElementsOf(names));
  }

  static Stream<Corpus.Case> inert() {
    return cases().filter(c -> c.answer().has("inert"));
  }

  @ParameterizedTest
  @MethodSource("inert")
  void foreignModulesAreConvertedAsInertRecords(Corpus.Case sample) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    convert(
        sample,
        output,
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())));
    JsonObject inert = sample.answer().getAsJsonObject("inert");
    Corpus.assertHolds(output, inert.getAsJsonObject("tensors"));
    Files.delete(output);
    convert(
        sample,
        output,
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("zoo.*"))));
    Corpus.assertHolds(output, inert.getAsJsonObject("tensors"));
  }

  static Stream<Arguments> withOptions() {
    return cases()
        .filter(c -> c.answer().has("with_options"))
        .flatMap(c ->
            c.answer().getAsJsonObject("with_options").keySet().stream()
                .map(options -> Arguments.of(c, options)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("withOptions")
  void isWhatPyTorchMakesOfItWithOptions(Corpus.Case sample, String options) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    convert(sample, output, Choices.of(options));
    JsonObject answer = sample.answer().getAsJsonObject("with_options").getAsJsonObject(options);
    Corpus.assertHolds(output, answer.getAsJsonObject("tensors"));
  }

  private static void convert(Corpus.Case sample, Path output, ConvertOptions options)
      throws Exception {
    List<Plan> plans =
        List.of(Converter.convert(sample.file(), output, options, ProgressListener.NONE).plan());
    assertThat(Files.size(output)).isEqualTo(plans.getFirst().fileBytes());
  }
}
