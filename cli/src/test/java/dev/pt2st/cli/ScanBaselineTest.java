package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is new against an earlier report, and what has gone. */
class ScanBaselineTest {
  @TempDir Path temporary;
  private Path models;
  private Path baseline;

  @BeforeEach
  void scanBefore() throws IOException {
    models = Files.createDirectories(temporary.resolve("models"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), models.resolve("safe.pt"));
    pickle("unknown.pkl", "czoo\nConfig\n)\u0081.");
    pickle("bad.pkl", "cos\nsystem\n(S'id'\ntR.");
    baseline = temporary.resolve("before.json");
    assertThat(scan("--format", "json", "--output", baseline).code()).isEqualTo(3);
  }

  private void pickle(String name, String opcodes) throws IOException {
    Files.write(
        models.resolve(name), ("\u0080\u0002" + opcodes).getBytes(StandardCharsets.ISO_8859_1));
  }

  private Run scan(Object... args) {
    return Run.of(
        Stream.concat(Stream.of("scan", models, "--base", models), Stream.of(args)).toArray());
  }

  private Run compared(Object... args) {
    return scan(Stream.concat(Stream.of("--baseline", baseline), Stream.of(args)).toArray());
  }

  @Test
  void whatIsKnownIsNotSaidAgainAndFailsNothing() {
    Run run = compared();
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).containsExactly("3 files: 2 as before, 1 safe");
  }

  @Test
  void aNewFileAndANewNameAreNew() throws IOException {
    pickle("more.pkl", "czoo\nOther\n)\u0081.");
    pickle("unknown.pkl", "czoo\nConfig\n)\u00810czoo\nOther\n)\u0081.");
    Run run = compared();
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("more.pkl", "zoo.Other").doesNotContain("zoo.Config", "bad.pkl");
    assertThat(run.outLines()).last().isEqualTo("4 files: 2 unknown, 1 as before, 1 safe");
    assertThat(compared("--fail-on", "dangerous").code()).isZero();
  }

  @Test
  void anotherByteIsNotNew() throws IOException {
    pickle("unknown.pkl", "}0}0czoo\nConfig\n)\u0081.");
    assertThat(compared().outLines()).containsExactly("3 files: 2 as before, 1 safe");
  }

  @ParameterizedTest
  @CsvSource({
    "bad.pkl, cos\\nsystem\\n(S'rm'\\ntR., os.system",
    "unknown.pkl, czoo\\nConfig\\n)R., zoo.Config"
  })
  void anotherPayloadAndAWorseUseAreNew(String file, String opcodes, String name)
      throws IOException {
    pickle(file, opcodes.replace("\\n", "\n"));
    Run run = compared();
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains(file, name)
        .contains("1 as before", "; 1 finding gone")
        .containsPattern("\ngone          " + file + ": " + name);
  }

  @Test
  void whatIsNotThereAnyMoreHasGone() throws IOException {
    Files.delete(models.resolve("bad.pkl"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), temporary.resolve("x"));
    Files.move(
        temporary.resolve("x"), models.resolve("unknown.pkl"), StandardCopyOption.REPLACE_EXISTING);
    Run run = compared();
    assertThat(run.code()).isZero();
    assertThat(run.outLines())
        .containsExactly(
            "gone          bad.pkl: os.system",
            "gone          unknown.pkl: zoo.Config",
            "2 files: 2 safe; 2 findings gone");
    assertThat(compared("--format", "json").json().getAsJsonArray("gone")).hasSize(2);
    assertThat(compared("--format", "html").out()).contains("Gone since the earlier report");
  }

  @Test
  void whatWasNotLookedAtHasNotGone() {
    assertThat(compared("--exclude", "bad.*").outLines())
        .containsExactly(
            "2 files: 1 as before, 1 safe; 1 finding of the baseline not looked for; 1 file left out");
    assertThat(compared("--max-opcodes", 1).outLines())
        .last()
        .asString()
        .contains("2 findings of the baseline not looked for");
  }

  @Test
  void whatIsAcceptedNowIsNewAsSuch() {
    Run run = compared("--allow", "zoo.Config");
    assertThat(run.code()).isZero();
    assertThat(run.outLines())
        .last()
        .isEqualTo("3 files: 1 accepted, 1 as before, 1 safe; 1 finding gone");
  }

  @Test
  void aComparisonIsAsItsSchemasSay() throws IOException {
    pickle("more.pkl", "czoo\nOther\n)\u0081.");
    Files.delete(models.resolve("bad.pkl"));
    Run json = compared("--format", "json");
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Readme.textOf("docs/scan.schema.json"))
                .validate(json.out(), InputFormat.JSON))
        .isEmpty();
    Run sarif = compared("--format", "sarif");
    String schema;
    try (var in = ScanBaselineTest.class.getResourceAsStream("/sarif/sarif-2.1.0-rtm.5.json")) {
      schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                .getSchema(schema)
                .validate(sarif.out(), InputFormat.JSON))
        .isEmpty();
    JsonObject run = sarif.json().getAsJsonArray("runs").get(0).getAsJsonObject();
    assertThat(run.getAsJsonArray("results").asList())
        .extracting(result -> result.getAsJsonObject().get("baselineState").getAsString())
        .containsExactly("new", "absent");
  }

  @Test
  void aFileThatIsNamedTwiceIsKnownTwice() {
    assertThat(compared(models.resolve("bad.pkl")).outLines())
        .containsExactly("4 files: 3 as before, 1 safe");
  }

  @Test
  void aComparisonIsNoBaseline() {
    Path other = temporary.resolve("other.json");
    assertThat(compared("--format", "json", "--output", other).code()).isZero();
    Run run = scan("--baseline", other);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("only what was new against another baseline");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "                                                      | it is not JSON",
        "{                                                     | it is not JSON",
        "[]                                                    | something else than expected",
        "{}                                                    | its \"format\" is not",
        "{\"format\":\"other\"}                                | its \"format\" is not",
        "{\"format\":\"pt2st-scan\",\"version\":2,\"files\":[]} | its \"version\" is not 1",
        "{\"format\":\"pt2st-scan\",\"version\":1}             | it has no \"files\"",
        "{\"format\":1}                                        | is not a string",
        "{\"format\":\"a\",\"format\":\"b\"}                   | is there twice",
        "{\"files\":[{}]}                                      | is without",
        "{\"files\":[{\"path\":7}]}                            | $.files[0].path is not a string",
        "{\"files\":{}}                                        | at $.files is something else",
        "{\"version\":1e99}                                    | something else than expected",
        "{'format':'pt2st-scan'}                               | it is not JSON",
      })
  void whatIsNoReportIsRefusedWithTheReason(String text, String why) throws IOException {
    Files.writeString(baseline, text == null ? "" : text);
    Run run = compared();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("this is not a report that scan --format json wrote", why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep", "long", "many", "binary", "behind"})
  void aHostileBaselineIsBounded(String kind) throws IOException {
    String whole = Files.readString(baseline);
    Files.write(
        baseline,
        switch (kind) {
          case "deep" -> ("{\"x\":" + "[".repeat(5_000_000)).getBytes(StandardCharsets.UTF_8);
          case "long" -> ("{\"x\":\"" + "a".repeat(20_000_000)).getBytes(StandardCharsets.UTF_8);
          case "many" -> manyCalls().getBytes(StandardCharsets.UTF_8);
          case "behind" -> (whole + "{}").getBytes(StandardCharsets.UTF_8);
          default -> new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        });
    Run run = compared();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .contains(kind.equals("many") ? "more findings than" : "this is not a report");
  }

  /** Calls of one finding, none of them long. */
  private static String manyCalls() {
    return "{\"files\":[{\"findings\":[{\"global\":{\"calls\":["
        + "{\"opcode\":\"\",\"arguments\":\"\"},".repeat(1_100_000);
  }
}
