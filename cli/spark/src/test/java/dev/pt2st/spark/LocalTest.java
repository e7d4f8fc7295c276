package dev.pt2st.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job on two cores says what the command line says of the same files. */
class LocalTest {
  private static final Path SAMPLES = Path.of(System.getProperty("pt2st.root"), "samples");
  private static final Path CHECKPOINTS = SAMPLES.resolve("checkpoints");

  @TempDir Path temporary;

  @BeforeEach
  void onTwoCores() {
    Sessions.set("local[2]", temporary);
  }

  private Path plan(Object... args) throws Exception {
    Path units = temporary.resolve("units.jsonl");
    List<Object> all = new ArrayList<>(List.of("plan", "--max-seconds", "600"));
    all.addAll(List.of(args));
    Cli.Run run = Cli.run(all.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return Files.writeString(units, run.out());
  }

  private Path results() {
    return temporary.resolve("results");
  }

  private Sessions.Run run(String task, Path units, Object... more) {
    List<Object> args = new ArrayList<>(List.of(task, "--units", units, "--results", results()));
    args.addAll(List.of(more));
    return Sessions.run(args.toArray());
  }

  @Test
  void aScanSaysWhatTheCommandLineSays() throws Exception {
    Path units = plan(CHECKPOINTS, SAMPLES.resolve("hostile"));
    int count = Files.readAllLines(units).size();

    Sessions.Run run = run("scan", units);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(count + " units: " + count + " done\n");

    JsonObject report = json(Cli.run("report", "--format", "json", results()));
    JsonObject scan =
        json(
            Cli.run(
                "scan",
                "--max-seconds",
                "600",
                "--format",
                "json",
                CHECKPOINTS,
                SAMPLES.resolve("hostile")));
    assertThat(files(report)).isEqualTo(files(scan)).hasSizeGreaterThan(100);
    for (String member : List.of("summary", "exit_code", "policy_sha256")) {
      assertThat(report.get(member)).isEqualTo(scan.get(member));
    }
    assertThat(lines()).doesNotHaveDuplicates().hasSize(count);

    assertThat(run("scan", units).out())
        .isEqualTo(count + " units: 0 done, " + count + " done before\n");
    assertThat(Cli.run("run", units, "--results", results()).out())
        .isEqualTo(count + " units: 0 done, " + count + " done before\n");
  }

  @Test
  void whatIsLostIsDoneAgainAndNothingElse() throws Exception {
    Path units = plan(CHECKPOINTS);
    int count = Files.readAllLines(units).size();
    run("scan", units);
    List<String> before = lines();
    List<Path> objects = objects();
    int lost = Files.readAllLines(objects.getFirst()).size();
    Files.delete(objects.getFirst());

    Sessions.Run run = run("scan", units);

    assertThat(run.out())
        .isEqualTo(count + " units: " + lost + " done, " + (count - lost) + " done before\n");
    assertThat(lines()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void convertsComparesAndSumsUpAsTheCommandLineDoes() throws Exception {
    Path models = Files.createDirectory(temporary.resolve("models"));
    for (String name : List.of("zip_basic.pt", "zip_dtypes.pt")) {
      Files.copy(CHECKPOINTS.resolve(name), models.resolve(name));
    }
    Files.writeString(models.resolve("bad.pt"), "no checkpoint");
    Path out = temporary.resolve("out");
    for (String task : List.of("convert", "verify", "checksum")) {
      Path units =
          task.equals("checksum")
              ? plan("--task", task, models)
              : plan("--task", task, "--out", out, models);
      if (task.equals("verify")) {
        Files.deleteIfExists(models.resolve("bad.pt"));
        units = plan("--task", task, "--out", out, models);
      }
      Sessions.Run run = run(task, units);
      assertThat(run.code()).as(task + run.err()).isZero();
      List<String> ours = lines();
      deleteResults();
      assertThat(Cli.run("run", units, "--results", results()).code()).isZero();
      assertThat(ours).isEqualTo(lines()).hasSize(task.equals("convert") ? 3 : 2);
      deleteResults();
    }
    assertThat(out.resolve("zip_basic.safetensors")).exists();
  }

  @Test
  void filesOfHadoopAreReadByRanges() throws Exception {
    Path units = plan(SAMPLES.resolve("hostile"));
    run("scan", units);
    List<String> paths = verdicts("");
    deleteResults();

    List<String> addresses = new ArrayList<>();
    for (String line : Files.readAllLines(units)) {
      JsonObject unit = JsonParser.parseString(line).getAsJsonObject();
      unit.addProperty("uri", "file://" + unit.get("uri").getAsString());
      unit.addProperty("version", ""); // Hadoop knows milliseconds alone
      addresses.add(unit.toString());
    }
    Files.write(units, addresses);
    Sessions.Run run =
        Sessions.run(
            "scan", "--units", "file://" + units, "--results", "file://" + results() + "/deep");

    assertThat(run.code()).as(run.err()).isZero();
    List<Path> written = list(results().resolve("deep"));
    assertThat(written).isNotEmpty().allMatch(file -> file.toString().endsWith(".jsonl"));
    for (Path file : written) {
      Files.move(file, results().resolve(file.getFileName()));
    }
    assertThat(verdicts("file://")).isEqualTo(paths).hasSizeGreaterThan(50);
  }

  @Test
  void aFileThatHasChangedIsNotJudged() throws Exception {
    Path models = Files.createDirectory(temporary.resolve("models"));
    for (String name : List.of("a.pt", "b.pt")) {
      Files.copy(CHECKPOINTS.resolve("zip_basic.pt"), models.resolve(name));
    }
    Path units = plan(models);
    Files.writeString(models.resolve("b.pt"), "another", StandardOpenOption.TRUNCATE_EXISTING);

    Sessions.Run run = run("scan", units);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("2 units: 1 done, 1 changed, to be planned again\n");
    Sessions.Run second = run("scan", units);
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.out())
        .isEqualTo("2 units: 0 done, 1 done before, 1 changed, to be planned again\n");
    Cli.Run report = Cli.run("report", "--units", units, results());
    assertThat(report.code()).isEqualTo(1);
    assertThat(report.err()).contains("1 file changed since the plan was made");
  }

  /** On executors with another Java: the program is a process, and may have a Java of its own. */
  @Test
  void aPipeToTheProgramDoesTheSame() throws Exception {
    Path units = plan(SAMPLES.resolve("hostile"));
    run("scan", units);
    List<String> ours = verdicts("");
    deleteResults();
    int count = ours.size();

    for (int round = 0; round < 2; round++) {
      try (JavaSparkContext context = new JavaSparkContext(new SparkConf().setAppName("pipe"))) {
        List<String> said =
            context
                .parallelize(List.of(0, 1, 2), 3)
                .pipe(
                    List.of(
                        SAMPLES.resolve("cluster/shard.sh").toString(),
                        units.toString(),
                        results().toString(),
                        "3"),
                    Map.of("PT2ST", Cli.script(temporary).toString()))
                .collect();
        assertThat(said).hasSize(3).allMatch(line -> line.matches("[012]/3: \\d+ units: .*"));
        assertThat(String.join("", said).contains("done before")).isEqualTo(round == 1);
      }
      assertThat(verdicts("")).isEqualTo(ours).hasSize(count);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|a line is not a unit: \"uri\" is missing: {}",
        "twice|the same unit is there twice: {\"uri\":",
        "checksum|a line is not a unit: its task is checksum, not scan",
        "\u00ff|a line is not a unit: this is not UTF-8",
      })
  void aPlanThatIsWrongIsNotBegun(String wrong, String message) throws Exception {
    Path units = plan(CHECKPOINTS.resolve("zip_basic.pt"));
    byte[] line =
        switch (wrong) {
          case "twice" -> Files.readAllBytes(units);
          case "checksum" ->
              Cli.run("plan", "--task", "checksum", CHECKPOINTS.resolve("zip_basic.pt"))
                  .out()
                  .getBytes(StandardCharsets.UTF_8);
          default -> wrong.getBytes(StandardCharsets.ISO_8859_1);
        };
    Files.write(units, line, StandardOpenOption.APPEND);

    Sessions.Run run = run("scan", units);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("pt2st: ").contains(message);
    assertThat(results()).doesNotExist();
  }

  @Test
  void whatMakesNoSenseIsSaid() {
    assertThat(Sessions.run("scan").code()).isEqualTo(2);
    assertThat(Sessions.run("scan", "--units", "u", "--results", "r", "--rate", "0").code())
        .isEqualTo(2);
    Sessions.Run none = Sessions.run("scan", "--units", temporary + "/none", "--results", "r");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("none");
    assertThat(Sessions.run("--help").out()).contains("scan", "convert", "verify", "checksum");
    assertThat(Sessions.run("--version").out())
        .isEqualTo("pt2st-spark " + ToolVersion.NUMBER + "\n");
  }

  private List<Path> objects() throws IOException {
    return list(results()).stream().filter(file -> file.toString().endsWith(".jsonl")).toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private void deleteResults() throws IOException {
    for (Path object : objects()) {
      Files.delete(object);
    }
  }

  /** All lines of results without what differs from run to run. */
  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path object : objects()) {
      for (String line : Files.readAllLines(object)) {
        lines.add(line.replaceFirst("\"millis\":\\d+,", ""));
      }
    }
    lines.sort(Comparator.naturalOrder());
    return lines;
  }

  /** Which report each file has, without the scheme of its address. */
  private List<String> verdicts(String scheme) throws IOException {
    List<String> verdicts = new ArrayList<>();
    for (String line : lines()) {
      JsonObject result = JsonParser.parseString(line).getAsJsonObject();
      String uri = result.get("uri").getAsString();
      assertThat(uri).startsWith(scheme);
      String report = result.get("report").toString().replace(scheme + "/", "/");
      verdicts.add(uri.substring(scheme.length()) + " " + report);
    }
    verdicts.sort(Comparator.naturalOrder());
    return verdicts;
  }

  private static JsonObject json(Cli.Run run) {
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  /** In the order of their names: a report begins with the worst, a scan with the first. */
  private static List<JsonElement> files(JsonObject report) {
    List<JsonElement> sorted = new ArrayList<>(report.getAsJsonArray("files").asList());
    sorted.sort(
        Comparator.comparing(
            (JsonElement file) -> file.getAsJsonObject().get("file").getAsString()));
    return sorted;
  }
}
