package dev.pt2st.scan.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A format in which no pickle lies may still bring code along that its loader runs. */
class ProgramsTest {
  private static final String LAYER = "{\"class_name\": \"%s\", \"config\": {\"name\": \"a\"}}";
  private static final String PICKLED_TYPE = "ARROW:extension:name\0arrow.py_extension_type\0";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"Lambda", "keras.layers>Lambda", "L\\u0061mbda"})
  void aLambdaLayerIsUnknown(String name) throws IOException {
    String layer = LAYER.formatted(name);
    assertUnknown(FormatSamples.kerasMetadata(layer), "Lambda");
    assertUnknown(FormatSamples.savedModel(layer), "Lambda");
    assertUnknown(FormatSamples.text(layer), "Lambda");
  }

  @Test
  void otherLayersAreData() throws IOException {
    String layer = LAYER.formatted("Dense");
    assertThat(scan(FormatSamples.kerasMetadata(layer)).verdict()).isEqualTo(Verdict.NO_PICKLE);
    assertThat(scan(FormatSamples.savedModel(layer)).verdict()).isEqualTo(Verdict.NO_PICKLE);
  }

  @Test
  void aTypeOfArrowThatIsAPickleIsUnknown() throws IOException {
    assertUnknown(FormatSamples.arrow(PICKLED_TYPE), "pickle");
  }

  /** Parquet has the schema of Arrow as base64, in which the name may begin at any of three. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void andSoIsItInTheSchemaOfAParquetFile(int before) throws IOException {
    byte[] schema = (" ".repeat(before) + PICKLED_TYPE).getBytes(StandardCharsets.US_ASCII);
    assertUnknown(FormatSamples.parquet(Base64.getEncoder().encodeToString(schema)), "pickle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dict", "dict", "DICT"})
  void aTableOfAShelfIsUnknown(String table) throws IOException {
    assertUnknown(FormatSamples.sqlite(table), "shelf");
  }

  private void assertUnknown(byte[] content, String why) throws IOException {
    FileReport report = scan(content);
    assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.UNKNOWN);
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.rule()).isEqualTo(Rule.NOT_LOOKED_INTO);
          assertThat(finding.message()).contains(why);
        });
  }

  private FileReport scan(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("content"), content);
    return new FileScanner(ScanOptions.STANDARD).scan(file);
  }
}
