package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
}
