package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Corpus.Case;
import dev.pt2st.verify.OutputVerifier;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders that several processes have written, against what was sharded, and broken ones, none of
 * which comes to anything.
 */
class ShardedTest {
  @TempDir Path temporary;

  static Stream<Case> cases() {
    Path shared = Corpus.shared("sharded");
    Assumptions.assumeTrue(
        Files.isDirectory(shared),
        () -> "skipped: no checkpoints at " + shared + " (property pt2st.shared)");
    return Corpus.at(shared).cases();
  }

  static Stream<Case> converted() {
    return cases().filter(each -> each.expect().equals("convert"));
  }

  static Stream<Case> refused() {
    return cases().filter(each -> each.expect().equals("refuse"));
  }

  private static Path input(Case each) {
    Path shared = Corpus.shared("sharded");
    return each.answer().has("input")
        ? shared.resolve(each.answer().get("input").getAsString())
        : each.file();
  }

  private Path convert(Path input, ConvertOptions options) throws Exception {
    Path output = temporary.resolve("out.safetensors");
    WriteOptions how = WriteOptions.STANDARD.withCheck(new OutputVerifier());
    Converter.convert(input, output, options, how, ProgressListener.NONE);
    return output;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("converted")
  void theWholeIsWhatWasSharded(Case each) throws Exception {
    Path output = convert(input(each), ConvertOptions.STANDARD);
    JsonObject answer = each.answer();
    Corpus.assertHolds(output, answer.getAsJsonObject("tensors"));
    if (answer.has("reference_sha256")) {
      assertThat(Corpus.sha256(Files.readAllBytes(output)))
          .isEqualTo(answer.get("reference_sha256").getAsString());
    }
    assertThat(
            Verifier.verify(input(each), output, ConvertOptions.STANDARD, ProgressListener.NONE)
                .isSame())
        .isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("converted")
  void everythingIsThereWithTheRootAll(Case each) throws Exception {
    JsonObject answer = each.answer();
    String everything = answer.has("tensors_everything") ? "tensors_everything" : "tensors";
    ConvertOptions all = ConvertOptions.STANDARD.withRoot(ConvertOptions.ALL_ROOT);
    Corpus.assertHolds(convert(input(each), all), answer.getAsJsonObject(everything));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aBrokenOneIsRefusedAndNothingWritten(Case each) throws IOException {
    Throwable problem = catchThrowable(() -> convert(input(each), ConvertOptions.STANDARD));
    boolean refused = problem instanceof RefusedException || problem instanceof LimitException;
    assertThat(problem).isInstanceOf(CheckpointException.class);
    assertThat(refused ? 3 : 1).isEqualTo(each.answer().get("exit").getAsInt());
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }
}
