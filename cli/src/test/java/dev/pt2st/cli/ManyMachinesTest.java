package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Work that is planned, cut and merged says what one run on one machine says. */
class ManyMachinesTest {
  private static final Path SAMPLES = Path.of(System.getProperty("pt2st.root"), "samples");
  private static final Path CHECKPOINTS = SAMPLES.resolve("checkpoints");

  @TempDir Path temporary;

  private Path plan(Object... args) throws IOException {
    List<Object> all = new ArrayList<>(List.of("plan"));
    all.addAll(List.of(args));
    Run run = Run.of(all.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return Files.writeString(temporary.resolve("units.jsonl"), run.out());
  }

  private Path results() {
    return temporary.resolve("results");
  }

  private Run run(Path units, String shard) {
    return Run.of("run", units, "--results", results(), "--shard", shard);
  }

  @Test
  void threeShardsSayWhatOneScanSays() throws IOException {
    // No file is to be given up on a machine that is busy.
    Path units = plan("--max-seconds", "600", CHECKPOINTS, SAMPLES.resolve("hostile"));
    for (String shard : List.of("0/3", "1/3", "2/3")) {
      assertThat(run(units, shard).code()).isZero();
    }

    Run scan =
        Run.of(
            "scan",
            "--max-seconds",
            "600",
            "--format",
            "json",
            CHECKPOINTS,
            SAMPLES.resolve("hostile"));
    Run report = Run.of("report", "--format", "json", results());

    assertThat(report.code()).isEqualTo(scan.code()).isEqualTo(3);
    assertThat(files(report)).isEqualTo(files(scan)).hasSizeGreaterThan(100);
    assertThat(report.json().get("summary")).isEqualTo(scan.json().get("summary"));
    assertThat(report.json().get("exit_code")).isEqualTo(scan.json().get("exit_code"));
    assertThat(report.json().get("policy_sha256")).isEqualTo(scan.json().get("policy_sha256"));
    assertThat(report.json().getAsJsonArray("files").get(0).getAsJsonObject().get("verdict"))
        .hasToString("\"dangerous\"");
  }

  /** In the order of their names: a report begins with the worst, a scan with the first. */
  private static List<JsonElement> files(Run run) {
    JsonArray files = run.json().getAsJsonArray("files");
    List<JsonElement> sorted = new ArrayList<>(files.asList());
    sorted.sort(
        Comparator.comparing(
            (JsonElement file) -> file.getAsJsonObject().get("file").getAsString()));
    return sorted;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "sarif", "html", "markdown"})
  void everyFormatIsThatOfAScan(String format) throws IOException {
    Path hostile = SAMPLES.resolve("hostile");
    run(plan("--max-seconds", "600", hostile), "0/1");

    Run scan = Run.of("scan", "--max-seconds", "600", "--format", format, hostile);
    Run report = Run.of("report", "--format", format, results());

    assertThat(report.code()).isEqualTo(scan.code());
    if (format.equals("sarif")) {
      assertThat(sarif(report)).hasSameElementsAs(sarif(scan));
    } else {
      // What an exact order and the words of the command line make different is left out.
      assertThat(lines(report)).containsAll(lines(scan));
    }
  }

  private static List<String> lines(Run run) {
    return run.outLines().stream()
        .filter(line -> !line.contains("pt2st scan") && !line.contains("<dd>"))
        .filter(line ->
            !line.contains("again:") && !line.startsWith("pt2st (") && !line.contains("hostile`"))
        .toList();
  }

  private static List<JsonElement> sarif(Run run) {
    JsonObject first = run.json().getAsJsonArray("runs").get(0).getAsJsonObject();
    return first.getAsJsonArray("results").asList();
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Path units = plan(CHECKPOINTS);
    int count = Files.readAllLines(units).size();

    assertThat(run(units, "0/1").out()).isEqualTo(count + " units: " + count + " done\n");
    assertThat(run(units, "0/1").out())
        .isEqualTo(count + " units: 0 done, " + count + " done before\n");
  }

  @Test
  void aPlanSaysWhatIsMissingAndWhatChanged() throws IOException {
    Path models = Files.createDirectory(temporary.resolve("models"));
    for (String name : List.of("a.pt", "b.pt", "c.pt")) {
      Files.copy(CHECKPOINTS.resolve("zip_basic.pt"), models.resolve(name));
    }
    Path units = plan(models);
    Files.writeString(models.resolve("b.pt"), "another");
    Run run = run(units, "0/1");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("3 units: 2 done, 1 changed, to be planned again\n");
    Run report = Run.of("report", "--units", units, results());
    assertThat(report.code()).isEqualTo(1);
    assertThat(report.out()).contains("b.pt").contains("3 files: 1 unreadable, 2 safe");
    assertThat(report.err()).contains("1 file changed since the plan was made; plan them again");

    Path second = plan(models);
    Run none = Run.of("report", "--units", second, results());
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("1 unit of the plan without a result");
    run(second, "0/1");
    assertThat(Run.of("report", "--units", second, results()).out())
        .contains("3 files: 2 safe, 1 no pickle");
    // Without the plan nobody knows which version is meant.
    assertThat(Run.of("report", results()).code()).isEqualTo(2);
  }

  @Test
  void modelsAreConvertedComparedAndSummedUp() throws IOException {
    Path models = Files.createDirectories(temporary.resolve("models/deep"));
    for (String name : List.of("zip_basic.pt", "zip_dtypes.pt")) {
      Files.copy(CHECKPOINTS.resolve(name), models.resolve(name));
    }
    Files.writeString(models.resolve("bad.pt"), "no checkpoint");
    Files.writeString(models.resolve("README.md"), "text");
    Path top = models.getParent();
    Path out = temporary.resolve("out");

    Run made = Run.of("plan", "--task", "convert", "--out", out, "--exclude", "*dtypes*", top);
    assertThat(made.err()).contains("2 units; 2 files left out");
    Path units = plan("--task", "convert", "--out", out, top);
    assertThat(run(units, "0/1").code()).isZero();
    assertThat(out.resolve("deep/zip_basic.safetensors")).exists();
    Run report = Run.of("report", results());
    assertThat(report.code()).isEqualTo(1);
    assertThat(report.out()).contains("bad.pt").contains("3 files: 2 done, 1 failed");

    Files.delete(models.resolve("bad.pt"));
    run(plan("--task", "verify", "--out", out, top), "0/1");
    Run verified = Run.of("report", "--units", temporary.resolve("units.jsonl"), results());
    assertThat(verified.code()).isZero();
    assertThat(verified.out()).isEqualTo("2 files: 2 done\n");

    run(plan("--task", "checksum", top, out), "0/1");
    Run sums =
        Run.of(
            "report", "--units", temporary.resolve("units.jsonl"), "--format", "json", results());
    List<String> digests =
        sums.json().getAsJsonArray("files").asList().stream()
            .map(file -> file.getAsJsonObject().get("sha256").getAsString())
            .toList();
    assertThat(digests).hasSize(4);
    assertThat(digests.stream().distinct()).hasSize(2);
  }

  @Test
  void aPolicyGoesWithThePlan() throws IOException {
    Path sample = SAMPLES.resolve("hostile/os_system.pt");
    Path file = Files.exists(sample) ? sample : firstHostile();
    Path units = plan("--allow", "os.system", file);
    run(units, "0/1");

    Run scan = Run.of("scan", "--format", "json", "--allow", "os.system", file);
    Run report = Run.of("report", "--format", "json", results());

    assertThat(files(report)).isEqualTo(files(scan));
    assertThat(report.json().get("policy_sha256")).isEqualTo(scan.json().get("policy_sha256"));
  }

  private static Path firstHostile() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES.resolve("hostile"))) {
      return files
          .filter(file -> file.toString().endsWith(".pt"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void unitsComeAndResultsGoThroughAPipe() throws IOException {
    String units = Files.readString(plan(CHECKPOINTS.resolve("zip_basic.pt")));
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream((units + "\n{}\n").getBytes(StandardCharsets.UTF_8)));
      Run run = Run.of("run", "-", "--results", "-");

      assertThat(run.outLines()).hasSize(1);
      assertThat(JsonParser.parseString(run.outLines().getFirst()).getAsJsonObject().get("outcome"))
          .hasToString("\"scanned\"");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("standard input: line 3: \"uri\" is missing");
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run u.jsonl --results r --shard 2/2",
        "run u.jsonl --results r --shard x",
        "run - --results r",
        "run u.jsonl --results hf://a/b",
        "plan --task convert models",
        "plan --out o models",
        "plan --full --task checksum models",
        "plan --cast fp16 models",
        "plan --inert models",
        "plan --task convert --out hf://a/b models",
        "report --fail-on never r",
      })
  void whatMakesNoSenseIsSaid(String line) {
    Run run = Run.of((Object[]) line.split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
  }

  @Test
  void theExamplesNameWhatThereIs() throws Exception {
    Path examples = SAMPLES.resolve("cluster");
    for (String script : List.of("local.sh", "slurm.sh")) {
      Process check =
          new ProcessBuilder("bash", "-n", examples.resolve(script).toString()).inheritIO().start();
      assertThat(check.waitFor()).isZero();
    }
    Object manifest =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(examples.resolve("kubernetes.yaml")));
    assertThat(manifest)
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("kind", "Job")
        .extractingByKey("spec", InstanceOfAssertFactories.MAP)
        .containsEntry("completionMode", "Indexed")
        .containsEntry("completions", 64);
    assertThat(Files.readString(examples.resolve("kubernetes.yaml"))).contains("INDEX)/64");
    assertThat(Files.readString(examples.resolve("slurm.sh"))).contains("0-63", "}/64");
  }

  /**
   * The example, where there is GNU parallel: it is run twice, the second time with nothing to do.
   */
  @Test
  void gnuParallelSharesTheWork() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/parallel")), "there is no GNU parallel");
    Path program = temporary.resolve("pt2st");
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    Files.writeString(
        program,
        "#!/bin/sh\nexec '"
            + java
            + "' -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '"
            + System.getProperty("java.class.path")
            + "' "
            + Main.class.getName()
            + " \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    for (int round = 0; round < 2; round++) {
      ProcessBuilder builder =
          new ProcessBuilder(
                  SAMPLES.resolve("cluster/local.sh").toString(),
                  CHECKPOINTS.toString(),
                  results().toString(),
                  "2")
              .redirectErrorStream(true)
              .redirectOutput(temporary.resolve("out").toFile());
      builder.environment().put("PT2ST", program.toString());
      assertThat(builder.start().waitFor()).isEqualTo(3);
    }

    int count = Files.readAllLines(results().resolve("units")).size();
    assertThat(Files.readString(temporary.resolve("out")))
        .contains(" units: 0 done, ")
        .contains(count + " files: ");
  }

  @Test
  void aPlanThatLacksAFileIsNotWritten() throws IOException {
    Path units = temporary.resolve("units.jsonl");
    Run run =
        Run.of("plan", "--output", units, CHECKPOINTS.resolve("zip_basic.pt"), temporary + "/none");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("none: there is no such file").contains("could not be planned");
    assertThat(units).doesNotExist();
  }
}
