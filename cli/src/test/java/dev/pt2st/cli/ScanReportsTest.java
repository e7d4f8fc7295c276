package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the report of a scan goes, which files it is about, and what it says of its run. */
class ScanReportsTest {
  @TempDir Path temporary;
  private Path models;

  @BeforeEach
  void copy() throws IOException {
    models = Files.createDirectories(temporary.resolve("models"));
    Files.createDirectory(models.resolve("old"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), models.resolve("safe.pt"));
    Files.copy(Samples.hostile("zip_os_system.pt"), models.resolve("bad.pt"));
    Files.copy(Samples.hostile("zip_os_system.pt"), models.resolve("old/bad.bin"));
  }

  private static Run scan(Object... args) {
    return Run.of(Stream.concat(Stream.of("scan"), Stream.of(args)).toArray());
  }

  private static List<JsonObject> objects(JsonArray array) {
    List<JsonObject> objects = new ArrayList<>();
    array.forEach(item -> objects.add(item.getAsJsonObject()));
    return objects;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "html", "markdown"})
  void aReportInAFileIsTheSameAndStdoutHasTheSummary(String format) throws IOException {
    Path file = temporary.resolve("report");
    Run printed = scan(models, "--format", format);
    Run written = scan(models, "--format", format, "--output", file);
    assertThat(written.code()).isEqualTo(printed.code()).isEqualTo(3);
    assertThat(written.outLines()).containsExactly("3 files: 2 dangerous, 1 safe");
    assertThat(withoutTimes(Files.readString(file))).isEqualTo(withoutTimes(printed.out()));
  }

  @Test
  void furtherReportsAreThoseOfTheSameScan() throws IOException {
    Path sarif = temporary.resolve("a.sarif");
    Path summary = temporary.resolve("a=b.md");
    Run run = scan(models, "--also", "sarif=" + sarif, "--also", "markdown=" + summary);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.outLines()).last().isEqualTo("3 files: 2 dangerous, 1 safe");
    for (Path file : List.of(sarif, summary)) {
      String format = file.equals(sarif) ? "sarif" : "markdown";
      assertThat(withoutTimes(Files.readString(file)))
          .isEqualTo(withoutTimes(scan(models, "--format", format).out()));
    }
  }

  @Test
  void furtherReportsReplaceNothingThatIsReadAndNoOther() throws IOException {
    Path bad = models.resolve("bad.pt");
    byte[] before = Files.readAllBytes(bad);
    assertThat(scan(bad, "--also", "html=" + bad).err()).contains("--also would replace " + bad);
    assertThat(bad).hasBinaryContent(before);
    Path one = temporary.resolve("one");
    for (String other : List.of("--also=json=" + one, "--output=" + one)) {
      Run run = scan(bad, "--also", "html=" + one, other);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("two reports would go to " + one);
    }
    for (String wrong : List.of("html", "html=", "=x", "pdf=x", "HTML=x")) {
      assertThat(scan(bad, "--also", wrong).code()).as(wrong).isEqualTo(2);
    }
    assertThat(names(temporary)).containsExactly("models");
  }

  private static String withoutTimes(String report) {
    return report.replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", "TIME");
  }

  @Test
  void aReportAppearsWholeOrNotAtAll() throws IOException {
    Path file = Files.writeString(temporary.resolve("report.json"), "the one before");
    Run usage = scan(models, "--format", "json", "--output", file, "--base", "none such");
    assertThat(usage.code()).isEqualTo(2);
    Run baseline = scan(models, "--output", file, "--baseline", temporary.resolve("none"));
    assertThat(baseline.code()).isEqualTo(1);
    assertThat(file).hasContent("the one before");
    assertThat(scan(models, "--format", "json", "--output", file).code()).isEqualTo(3);
    assertThat(JsonParser.parseString(Files.readString(file)).isJsonObject()).isTrue();
    assertThat(names(temporary)).containsExactlyInAnyOrder("models", "report.json");
  }

  @Test
  void aReportThatCannotBeWrittenIsSaidBeforeTheScan() {
    Run run = scan(models, "--output", temporary.resolve("none/report"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("there is no directory");
    assertThat(scan(models, "--output", models).err()).contains("is a directory");
    assertThat(scan(models, "--output", "-").code()).isEqualTo(2);
  }

  @Test
  void aReportReplacesNothingThatIsRead() throws IOException {
    Path bad = models.resolve("bad.pt");
    byte[] before = Files.readAllBytes(bad);
    Run input =
        scan(models.resolve("safe.pt"), bad, "--output", models.resolve("../models/bad.pt"));
    assertThat(input.code()).isEqualTo(2);
    assertThat(input.err()).contains("--output would replace " + bad);
    assertThat(bad).hasBinaryContent(before);
    Path known = temporary.resolve("known.json");
    assertThat(scan(models, "--format", "json", "--output", known).code()).isEqualTo(3);
    String report = Files.readString(known);
    assertThat(scan(models, "--baseline", known, "--output", known).code()).isEqualTo(2);
    assertThat(known).hasContent(report);
  }

  /** Neither the report nor what it is made in is among the files. */
  @Test
  void aReportWithinWhatIsScannedIsNotScanned() {
    Run run = scan(models, "--format", "html", "--output", models.resolve("report.html"));
    assertThat(run.outLines()).containsExactly("3 files: 2 dangerous, 1 safe");
    assertThat(scan(models).outLines())
        .last()
        .isEqualTo("4 files: 2 dangerous, 1 safe, 1 no pickle");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--exclude=old/*               | 3 | 2 files: 1 dangerous, 1 safe; 1 file left out",
        "--exclude=*bad*               | 0 | 1 file: 1 safe; 2 files left out",
        "--include=*.pt                | 3 | 2 files: 1 dangerous, 1 safe; 1 file left out",
        "--include=*.bin               | 3 | 1 file: 1 dangerous; 2 files left out",
        "--include=s*.pt --include=o/* | 0 | 1 file: 1 safe; 2 files left out",
        "--include=none                | 1 | 0 files; 3 files left out",
      })
  void patternsChooseFilesAndTheRestIsCounted(String options, int code, String summary) {
    List<Object> args = new ArrayList<>(List.of(models, "--jobs", 2));
    args.addAll(List.of(options.split(" ", -1)));
    Run run = scan(args.toArray());
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.outLines()).last().isEqualTo(summary);
    args.addAll(List.of("--format", "json"));
    JsonObject counts = scan(args.toArray()).json().getAsJsonObject("summary");
    assertThat(summary)
        .contains(counts.get("left out").getAsString() + " file")
        .startsWith(counts.get("files").getAsString() + " file");
  }

  @Test
  void whatCannotBeReachedIsNeverLeftOut() {
    Run run = scan(temporary.resolve("none.pt"), "--exclude", "*");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.outLines()).last().isEqualTo("1 file: 1 unreadable");
  }

  @Test
  void aNumberOfJobsIsAtLeastOne() {
    assertThat(scan(models, "--jobs", 0).err()).contains("--jobs must be at least 1");
  }

  @Test
  void aDigestIsTheSha256OfTheFile() throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(Files.readAllBytes(models.resolve("safe.pt"))));
    Object[] args = {models.resolve("safe.pt"), temporary.resolve("none"), "--digest"};
    assertThat(scan(args).outLines()).contains("    sha256 " + digest);
    Object[] json = Stream.concat(Stream.of(args), Stream.of("--format", "json")).toArray();
    assertThat(objects(scan(json).json().getAsJsonArray("files")))
        .extracting(file -> file.get("sha256").toString())
        .containsExactly("\"" + digest + "\"", "null");
    Object[] sarif = Stream.concat(Stream.of(args), Stream.of("--format", "sarif")).toArray();
    JsonObject run = scan(sarif).json().getAsJsonArray("runs").get(0).getAsJsonObject();
    assertThat(objects(run.getAsJsonArray("artifacts")))
        .extracting(file -> file.getAsJsonObject("hashes").get("sha-256").getAsString())
        .containsExactly(digest);
    Object[] html = Stream.concat(Stream.of(args), Stream.of("--format", "html")).toArray();
    assertThat(scan(html).out()).contains(digest);
    assertThat(scan(models, "--format", "json").json().getAsJsonArray("files").toString())
        .doesNotContain("sha256");
  }

  @Test
  void aResultLeadsToItsArtifact() {
    JsonObject run =
        scan(models, "--digest", "--format", "sarif", "--base", models)
            .json()
            .getAsJsonArray("runs")
            .get(0)
            .getAsJsonObject();
    List<JsonObject> artifacts = objects(run.getAsJsonArray("artifacts"));
    assertThat(objects(run.getAsJsonArray("results")))
        .isNotEmpty()
        .allSatisfy(result -> {
          JsonObject location =
              objects(result.getAsJsonArray("locations"))
                  .getFirst()
                  .getAsJsonObject("physicalLocation")
                  .getAsJsonObject("artifactLocation");
          JsonObject artifact = artifacts.get(location.get("index").getAsInt());
          assertThat(artifact.getAsJsonObject("location").get("uri"))
              .isEqualTo(location.get("uri"));
        });
    assertThat(run.getAsJsonObject("properties").get("policy_sha256").getAsString())
        .isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({"xterm, '', true", "xterm, 1, false", "dumb, '', false", "'', '', false"})
  void coloursAreForATerminalThatWantsThem(String term, String noColor, boolean coloured) {
    Map<String, String> environment = Map.of("TERM", term, "NO_COLOR", noColor);
    assertThat(printed(true, environment).contains("\u001b[1;31mdangerous ")).isEqualTo(coloured);
    assertThat(printed(true, environment).contains("\u001b")).isEqualTo(coloured);
    assertThat(printed(false, environment)).doesNotContain("\u001b");
  }

  private String printed(boolean interactive, Map<String, String> environment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(stream, nowhere, interactive, false, 80).withEnvironment(environment);
    assertThat(Main.run(terminal, "scan", models.toString())).isEqualTo(3);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileHasNoColours() throws IOException {
    Path file = temporary.resolve("report");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(stream, stream, true, false, 80).withEnvironment(Map.of("TERM", "xterm"));
    Main.run(terminal, "scan", models.toString(), "--output", file.toString());
    assertThat(Files.readString(file)).contains("dangerous").doesNotContain("\u001b");
  }
}
