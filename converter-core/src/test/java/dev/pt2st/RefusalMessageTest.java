package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller of this library reads of a refusal speaks of the file and of no option. */
class RefusalMessageTest {
  /** As the standard is, and refusing more: a strict policy, and no room. */
  private static final List<ConvertOptions> OPTIONS =
      List.of(
          ConvertOptions.STANDARD,
          ConvertOptions.STANDARD.withRead(
              ReadOptions.STANDARD.withPolicy(Policy.STANDARD.strict())),
          ConvertOptions.STANDARD.withRead(
              ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.OPCODES, 10))),
          ConvertOptions.STANDARD.withRoot("there.is.no.such.root"));

  @TempDir Path folder;

  static Stream<Arguments> corpora() {
    return Stream.of(
        Arguments.of(Corpus.root().resolve("samples/checkpoints"), 20),
        Arguments.of(Corpus.root().resolve("samples/hostile"), 20),
        Arguments.of(Corpus.shared("corpus"), 5),
        Arguments.of(Corpus.shared("wild"), 5));
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void noRefusalNamesAnOption(Path corpus, int atLeast) throws IOException {
    assumeTrue(Files.isDirectory(corpus), "not part of the repository");
    Map<String, String> messages = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(corpus)) {
      files = all.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
    }
    for (Path file : files) {
      for (ConvertOptions options : OPTIONS) {
        messages.putAll(refusal(file, options));
      }
    }
    assertThat(messages).hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(new ArrayList<>(messages.keySet())).noneMatch(text -> text.contains("--"));
  }

  /** The message of a refusal, with the file that it is about; empty if the file is converted. */
  private Map<String, String> refusal(Path file, ConvertOptions options) throws IOException {
    Path output = folder.resolve("out.safetensors");
    try {
      Converter.convert(file, output, options, WriteOptions.STANDARD, ProgressListener.NONE);
      return Map.of();
    } catch (CheckpointException e) {
      return Map.of(String.valueOf(e.getMessage()), file.toString());
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
