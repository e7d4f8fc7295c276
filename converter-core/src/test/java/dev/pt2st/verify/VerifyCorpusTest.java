package dev.pt2st.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every conversion of every checkpoint of the corpora is found to hold what its input holds. */
class VerifyCorpusTest {
  private static final Map<String, ConvertOptions> OPTIONS =
      new TreeMap<>(
          Map.of(
              "standard", ConvertOptions.STANDARD,
              "everything as data",
                  ConvertOptions.STANDARD
                      .withRoot("all")
                      .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()))
                      .withUnsupported(ConvertOptions.Unsupported.SKIP),
              "other kinds in full",
                  Choices.of(
                      "--quantized dequantize --sparse dense --nested components --complex real"),
              "other kinds as components",
                  Choices.of(
                      "--quantized components --sparse components --nested components --complex real"),
              "shared dropped",
                  ConvertOptions.STANDARD
                      .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()))
                      .withShared(ConvertOptions.Shared.DROP)));

  @TempDir Path temporary;

  static Stream<Corpus.Case> cases() {
    Stream<Corpus.Case> cases = Corpus.samples().cases();
    for (String folder : new String[] {"real", "wild"}) {
      Path shared = Corpus.shared(folder);
      if (Files.isDirectory(shared)) {
        cases = Stream.concat(cases, Corpus.at(shared).cases());
      }
    }
    return cases;
  }

  static Stream<Arguments> conversions() {
    return cases()
        .flatMap(sample -> OPTIONS.keySet().stream().map(name -> Arguments.of(sample, name)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("conversions")
  void aConversionHoldsWhatItsInputHolds(Corpus.Case sample, String name) throws Exception {
    ConvertOptions options = OPTIONS.get(name);
    Path output = temporary.resolve("out.safetensors");
    CheckpointException refusal = convert(sample, output, options);
    if (refusal != null) {
      assertThatThrownBy(() -> ModelDigest.of(sample.file(), options, ProgressListener.NONE))
          .hasSameClassAs(refusal)
          .hasMessage(refusal.getMessage());
      return;
    }
    Verification verification =
        Verifier.verify(sample.file(), output, options, ProgressListener.NONE);
    assertThat(verification.differences()).isEmpty();
    assertThat(verification.tensors()).isPositive();
    ModelDigest digest = ModelDigest.of(sample.file(), options, ProgressListener.NONE);
    assertThat(digest).isEqualTo(ModelDigest.of(output, options, ProgressListener.NONE));
    assertThat(digest.tensors()).hasSize(verification.tensors());
  }

  /** Why it is not converted; null if it was. */
  private static @Nullable CheckpointException convert(
      Corpus.Case sample, Path output, ConvertOptions options) throws IOException {
    try {
      Converter.convert(sample.file(), output, options, ProgressListener.NONE);
      return null;
    } catch (CheckpointException e) {
      return e;
    }
  }

  /** Of the samples that must be converted none is left out above. */
  static Stream<Corpus.Case> converted() {
    return Corpus.samples().cases().filter(sample -> sample.expect().equals("convert"));
  }

  /** What is summed up is what PyTorch says of each tensor, not what was converted. */
  @ParameterizedTest
  @MethodSource("converted")
  void theDigestOfATensorIsThatOfItsElements(Corpus.Case sample) throws Exception {
    ModelDigest digest;
    try {
      digest = ModelDigest.of(sample.file(), ConvertOptions.STANDARD, ProgressListener.NONE);
    } catch (CheckpointException e) {
      assumeTrue(!e.getMessage().contains("not converted yet"), e.getMessage());
      throw e;
    }
    JsonObject answer = sample.answer().getAsJsonObject("tensors");
    assertThat(digest.tensors())
        .extracting(TensorDigest::name)
        .containsExactlyInAnyOrderElementsOf(answer.keySet());
    for (TensorDigest tensor : digest.tensors()) {
      JsonObject expected = answer.getAsJsonObject(tensor.name());
      assertThat(tensor.sha256()).isEqualTo(expected.get("sha256").getAsString());
      assertThat(tensor.dtype().safetensorsName()).isEqualTo(expected.get("dtype").getAsString());
      assertThat(tensor.shape().toString().replace(" ", ""))
          .isEqualTo(expected.get("shape").toString());
    }
  }

  @Test
  void twoLayoutsOfOneModelAreTheSame() throws Exception {
    Path zip = sample("zip_basic.pt");
    Path legacy = sample("legacy_basic.pt");
    assertThat(
            Verifier.verify(zip, legacy, ConvertOptions.STANDARD, ProgressListener.NONE).isSame())
        .isTrue();
    assertThat(ModelDigest.of(zip, ConvertOptions.STANDARD, ProgressListener.NONE).sha256())
        .isEqualTo(ModelDigest.of(legacy, ConvertOptions.STANDARD, ProgressListener.NONE).sha256());
  }

  @Test
  void twoModelsAreNotTheSame() throws Exception {
    Verification verification =
        Verifier.verify(
            sample("zip_basic.pt"),
            sample("zip_shared.pt"),
            ConvertOptions.STANDARD,
            ProgressListener.NONE);
    assertThat(verification.differences()).hasSizeGreaterThan(5);
  }

  private static Path sample(String name) {
    return Corpus.root().resolve("samples/checkpoints").resolve(name);
  }
}
