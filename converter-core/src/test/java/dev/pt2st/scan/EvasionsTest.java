package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What runs code in an ordinary loader fails a scan, whatever it is made to look like. */
class EvasionsTest {
  private static final FileScanner SCANNER = new FileScanner(ScanOptions.STANDARD);

  record Sample(Path file, JsonObject answer) {
    @Override
    public String toString() {
      return String.valueOf(file.getFileName());
    }
  }

  static Stream<Sample> evasions() {
    Path shared = Path.of(System.getProperty("pt2st.shared", "../../shared")).resolve("evasions");
    return Stream.of(Corpus.root().resolve("samples/evasions"), shared)
        .filter(Files::isDirectory)
        .flatMap(EvasionsTest::in);
  }

  private static Stream<Sample> in(Path folder) {
    try {
      JsonObject manifest =
          JsonParser.parseString(Files.readString(folder.resolve("manifest.json")))
              .getAsJsonObject();
      return manifest.entrySet().stream()
          .map(entry ->
              new Sample(folder.resolve(entry.getKey()), entry.getValue().getAsJsonObject()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("evasions")
  void anEvasionFailsTheScanAndIsNamed(Sample sample) {
    FileReport report = SCANNER.scan(sample.file());
    assertThat(report.verdict())
        .as("%s: %s", report.kind(), report.findings())
        .isGreaterThanOrEqualTo(Verdict.UNKNOWN);
    List<String> named =
        report.findings().stream()
            .map(Finding::global)
            .filter(Objects::nonNull)
            .map(global -> global.name().toString())
            .toList();
    for (JsonElement name : sample.answer().getAsJsonArray("names")) {
      assertThat(named).contains(name.getAsString());
    }
  }
}
