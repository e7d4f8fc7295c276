package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.RefusedException;
import dev.pt2st.checkpoint.sharded.folder.FolderCheckpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderChoice;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Corpus.Case;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.OutputVerifier;
import dev.pt2st.verify.Verifier;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  static Stream<Case> converted() {
    return Corpus.sharded().filter(each -> each.expect().equals("convert"));
  }

  static Stream<Case> refused() {
    Path shared = Corpus.shared("sharded");
    Assumptions.assumeTrue(
        Files.isDirectory(shared),
        () -> "skipped: no checkpoints at " + shared + " (property pt2st.shared)");
    return Corpus.sharded().filter(each -> each.expect().equals("refuse"));
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
    Path output = convert(each.input(), ConvertOptions.STANDARD);
    JsonObject answer = each.answer();
    Corpus.assertHolds(output, answer.getAsJsonObject("tensors"));
    if (answer.has("reference_sha256")) {
      assertThat(Corpus.sha256(Files.readAllBytes(output)))
          .isEqualTo(answer.get("reference_sha256").getAsString());
    }
    assertThat(
            Verifier.verify(each.input(), output, ConvertOptions.STANDARD, ProgressListener.NONE)
                .isSame())
        .isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("converted")
  void everythingIsThereWithTheRootAll(Case each) throws Exception {
    JsonObject answer = each.answer();
    String everything = answer.has("tensors_everything") ? "tensors_everything" : "tensors";
    ConvertOptions all = ConvertOptions.STANDARD.withRoot(ConvertOptions.ALL_ROOT);
    Corpus.assertHolds(convert(each.input(), all), answer.getAsJsonObject(everything));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("converted")
  void itsChecksumIsThatOfTheOutput(Case each) throws Exception {
    Path output = convert(each.input(), ConvertOptions.STANDARD);
    assertThat(digest(each.input())).isEqualTo(digest(output));
  }

  private static String digest(Path model) throws CheckpointException, IOException {
    return ModelDigest.of(model, ConvertOptions.STANDARD, ProgressListener.NONE).sha256();
  }

  /** Part by part: what is needed is missed, and what is not needed changes nothing. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("converted")
  void noPartIsLeftOutUnnoticed(Case each) throws Exception {
    byte[] whole = Files.readAllBytes(convert(each.input(), ConvertOptions.STANDARD));
    FolderCheckpoint folder = FolderChoice.in(each.input(), "").orElseThrow();
    List<Path> parts = folder.parts();
    // How many pieces there were, none of them says: the last ones may be missing.
    List<Path> missed = folder.kind() == FolderKind.PIECES ? parts.subList(0, 1) : parts;
    for (Path left : missed) {
      Path copy = Files.createTempDirectory(temporary, "copy");
      for (Path part : parts) {
        if (!part.equals(left)) {
          Path target = copy.resolve(folder.folder().relativize(part));
          Files.createDirectories(target.getParent());
          Files.copy(part, target);
        }
      }
      Path output = copy.resolveSibling(copy.getFileName() + ".safetensors");
      try {
        Converter.convert(copy, output, ConvertOptions.STANDARD, ProgressListener.NONE);
        assertThat(output).as("without " + left).hasBinaryContent(whole);
      } catch (CheckpointException | FileSystemException e) {
        // The second: one shard alone is not a folder that its name tells.
        assertThat(output).doesNotExist();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aBrokenOneIsRefusedAndNothingWritten(Case each) throws IOException {
    Throwable problem = catchThrowable(() -> convert(each.input(), ConvertOptions.STANDARD));
    boolean refused = problem instanceof RefusedException || problem instanceof LimitException;
    assertThat(problem).isInstanceOf(CheckpointException.class);
    assertThat(refused ? 3 : 1).isEqualTo(each.answer().get("exit").getAsInt());
    assertThat(temporary).isEmptyDirectory();
  }
}
