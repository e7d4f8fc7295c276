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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** A long text is read in pieces of 1 MiB, which overlap. */
  @ParameterizedTest
  @ValueSource(ints = {-70, -31, -20, -5, -1, 0, 1, 5})
  void aLambdaLayerIsFoundWhereverItStands(int beside) throws IOException {
    String layer = LAYER.formatted("Lambda");
    int class0 = layer.indexOf("class_name");
    String spaces = " ".repeat((1 << 20) + beside - class0 - 1);
    assertUnknown(FormatSamples.text("{" + spaces + layer.substring(1)), "Lambda");
  }

  /** A model archive of Keras has its layers in an entry; escapes or its end may hide them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "config.json | {} | 2 | -",
        "config.json | {} | 3 | whose layers may hold",
        "config.json | {\"class_name\": 1} | 17 | whose layers may hold",
        "config.json | {\"\\u0063lass_name\": 1} | 22 | whose layers may hold",
        "config.json | {\"a\": \"lambda\"} | 15 | with Python code in it",
        "config.json | {\"a\": \"Lambda\"} | 15 | with Python code in it",
        "a/config.json | {\"a\": \"Lambda\"} | 15 | -",
        "schema.json | {\"__loader__\": 1} | 17 | names what is imported",
        "schema.json | {\"\\u005f_loader__\": 1} | 22 | names what is imported",
        "schema.json | {} | 3 | names what is imported",
        "schema.json | {} | 2 | -",
        "a/.data/extern_modules | {} | 2 | torch.package",
        ".data/extern_modules | {} | 2 | -",
        "mar-inf/manifest.json | {} | 2 | TorchServe",
        "other.json | {\"__loader__\": \"lambda\"} | 24 | -"
      })
  void anEntryTellsThatItsArchiveHoldsPrograms(
      String key, String text, long size, @Nullable String why) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String program = ProgramArchives.programOf(key, size, most -> bytes);
    if (why == null) {
      assertThat(program).isNull();
    } else {
      assertThat(program).contains(why);
      assertThat(ProgramArchives.isKey(key)).isTrue();
    }
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
