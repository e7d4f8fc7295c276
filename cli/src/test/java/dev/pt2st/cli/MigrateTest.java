package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.convert.plan.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code pt2st migrate} prints and ends with. */
class MigrateTest {
  @TempDir Path temporary;
  private Path store;

  @BeforeEach
  void makeStore() throws IOException {
    store = Files.createDirectory(temporary.resolve("store"));
  }

  private void put(String name, Path file) throws IOException {
    Path to = store.resolve(name);
    Files.createDirectories(to.getParent());
    Files.copy(file, to);
  }

  private void checkpoint(String name) throws IOException {
    put(name, Samples.checkpoint("zip_basic.pt"));
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.endsWith(".jsonl"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aTableSaysWhatBecameOfAll() throws IOException {
    checkpoint("a/pytorch_model.bin");
    put("b/training.ckpt", Samples.checkpoint("zip_training.pt"));
    put("b/scheduler.pt", Samples.checkpoint("zip_no_tensors.pt"));
    put("readme.md", Samples.root().resolve("README.md"));
    Run run = Run.of("migrate", store);
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines())
        .startsWith(
            "journal: "
                + store.resolve(".pt2st-migrate.jsonl")
                + "; after a stop the same command goes on with it",
            "converted      a/pytorch_model.bin → a/model.safetensors",
            "left alone     b/scheduler.pt: there is no tensor in it",
            "converted      b/training.ckpt → b/training.safetensors",
            "    left out: optimizer (6 tensors, 904 B)",
            "    left out, without tensors: epoch, best, note",
            "               number    bytes")
        .anyMatch(line -> line.matches("converted +2 +\\d.*kB"))
        .anyMatch(line -> line.matches("no checkpoint +1"));
    assertThat(run.outLines().getLast()).matches(".* kB converted in .* s \\(.*/s\\)");
    assertThat(run.code()).isZero();
    assertThat(names(store)).contains("a/model.safetensors", "b/training.safetensors").hasSize(6);
  }

  @ParameterizedTest
  @CsvSource({
    "checkpoints/zip_basic.pt, checkpoints/zip_no_tensors.pt, 0",
    "checkpoints/bad_truncated.pt, checkpoints/zip_basic.pt, 1",
    "hostile/zip_os_system.pt, checkpoints/zip_basic.pt, 3",
    "hostile/zip_os_system.pt, checkpoints/bad_truncated.pt, 3"
  })
  void theExitCodeTellsTheWorst(String one, String other, int code) throws IOException {
    put("one.pt", Samples.root().resolve("samples").resolve(one));
    put("other.pt", Samples.root().resolve("samples").resolve(other));
    assertThat(Run.of("migrate", store).code()).isEqualTo(code);
  }

  @Test
  void everyRefusalHasItsReasonAlsoWhereLittleIsWanted() throws IOException {
    checkpoint("a.pt");
    put("b.pt", Samples.checkpoint("zip_lightning_called.ckpt"));
    Run run = Run.of("migrate", store, "--quiet");
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .startsWith("refused        b.pt: the global zoo.models.detector.Kind is not on the allow")
        .endsWith("--allow zoo.models.detector.Kind");
    assertThat(Run.of("migrate", store, "--quiet", "--allow", "zoo.*").out()).isEmpty();
    assertThat(names(store)).contains("a.safetensors", "b.safetensors");
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    checkpoint("a/pytorch_model.bin");
    put("b.pt", Samples.checkpoint("zip_no_tensors.pt"));
    put("c.pt", Samples.checkpoint("zip_lightning_called.ckpt"));
    Files.createSymbolicLink(store.resolve("d.bin"), Path.of("a/pytorch_model.bin"));
    Path out = temporary.resolve("out");
    Run run = Run.of("migrate", store, "--dry-run", "--out", out);
    assertThat(run.outLines())
        .anyMatch(line -> line.matches("space: .* will be written, .* are free"));
    assertThat(run.outLines())
        .contains(
            "left alone     b.pt: there is no tensor in it",
            "to link        d.bin → d.safetensors",
            "to convert     a/pytorch_model.bin → a/model.safetensors (875 B)")
        .anyMatch(line -> line.startsWith("refused        c.pt: "));
    assertThat(run.code()).isEqualTo(3);
    assertThat(out).doesNotExist();
    Run.of("migrate", store, "--dry-run");
    assertThat(store.resolve(".pt2st-migrate.jsonl")).doesNotExist();
    assertThat(names(store)).hasSize(4);
  }

  @Test
  void aDryRunSaysThatALinkToWhatIsLeftAloneIsLeftAloneToo() throws IOException {
    put("a/x.pt", Samples.checkpoint("zip_no_tensors.pt"));
    checkpoint("a/y.pt");
    Files.createSymbolicLink(store.resolve("x.pt"), Path.of("a/x.pt"));
    Files.createSymbolicLink(store.resolve("y.pt"), Path.of("a/y.pt"));
    String left = "left alone     x.pt: a/x.pt was not converted";
    assertThat(Run.of("migrate", store, "--dry-run").outLines())
        .contains(left, "to link        y.pt → y.safetensors");
    assertThat(Run.of("migrate", store).outLines()).contains(left);
    assertThat(Run.of("migrate", store, "--dry-run").outLines())
        .contains(left, "to link        y.pt → y.safetensors");
  }

  @Test
  void aDryRunSaysThatACheckpointBesideASafetensorsFileMayBeLeftAlone() throws IOException {
    checkpoint("a/x.pt");
    Run.convert(Samples.checkpoint("zip_training.pt"), store.resolve("a/x.safetensors"));
    assertThat(Run.of("migrate", store, "--dry-run").outLines())
        .contains(
            "    a/x.safetensors is there already and will be compared with it; if it differs, the"
                + " checkpoint is left alone");
    assertThat(Run.of("migrate", store).outLines())
        .contains("left alone     a/x.pt: x.safetensors is there beside it");
  }

  @Test
  void theReportIsAsItsSchemaSaysAndNoJobMakesItAnother() throws IOException {
    for (int i = 0; i < 12; i++) {
      checkpoint("d" + i % 4 + "/m" + i + ".pt");
    }
    for (Path sample :
        List.of(
            Samples.checkpoint("zip_lightning_called.ckpt"),
            Samples.checkpoint("zip_no_tensors.pt"),
            Samples.checkpoint("bad_truncated.pt"),
            Samples.checkpoint("zip_training.pt"),
            Samples.root().resolve("README.md"))) {
      put("s/" + sample.getFileName(), sample);
    }
    JsonObject one = reportOfJobs("1");
    JsonObject many = reportOfJobs("8");
    assertThat(many.getAsJsonArray("units")).isEqualTo(one.getAsJsonArray("units")).hasSize(17);
    assertThat(many.get("summary")).isEqualTo(one.get("summary"));
    assertThat(one.get("exit_code").getAsInt()).isEqualTo(3);
  }

  private JsonObject reportOfJobs(String jobs) throws IOException {
    return report("--out", temporary.resolve("out" + jobs), "--jobs", jobs);
  }

  private JsonObject report(Object... options) throws IOException {
    Path report = temporary.resolve("report.json");
    Run run =
        Run.of(
            Stream.concat(Stream.of("migrate", store, "--report", report), Stream.of(options))
                .toArray());
    String json = Files.readString(report);
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Readme.textOf("docs/migrate.schema.json"))
                .validate(json, InputFormat.JSON))
        .isEmpty();
    JsonObject object = JsonParser.parseString(json).getAsJsonObject();
    assertThat(object.get("exit_code").getAsInt()).isEqualTo(run.code());
    return object;
  }

  @Test
  void theReportHasWhyAnOriginalIsStillThere() throws IOException {
    checkpoint("a/x.pt");
    Files.createDirectory(store.resolve("b"));
    Files.createSymbolicLink(store.resolve("b/x.pt"), Path.of("../a/x.pt"));
    JsonObject report = report("--remove-originals", "--exclude", "b/*");
    assertThat(report.getAsJsonArray("kept_originals"))
        .singleElement()
        .hasToString(
            "{\"name\":\"a/x.pt\",\"reason\":\"the original is not removed: b/x.pt leads to it,"
                + " and an exclude pattern matches that link\"}");
    assertThat(report.get("removed_originals")).hasToString("{\"units\":0,\"bytes\":0}");
    long bytes = Files.size(store.resolve("a/x.pt"));
    JsonObject second = report("--remove-originals");
    assertThat(second.getAsJsonArray("kept_originals")).isEmpty();
    assertThat(second.get("removed_originals"))
        .hasToString("{\"units\":1,\"bytes\":" + bytes + "}");
    assertThat(names(store)).containsExactly("a/x.safetensors", "b/x.safetensors");
  }

  @Test
  void anOriginalThatHoldsMoreThanItsOutputStaysAndTheReportHasWhy() throws IOException {
    put("training.ckpt", Samples.checkpoint("zip_training.pt"));
    String reason =
        "the original is not removed: the output does not hold optimizer (6 tensors, 904 B);"
            + " write that with pt2st convert (--root, --sidecar), or remove the original by hand";
    Run dry = Run.of("migrate", store, "--remove-originals", "--dry-run");
    assertThat(dry.outLines()).contains("    " + reason);
    JsonObject report = report("--remove-originals");
    assertThat(report.getAsJsonArray("kept_originals"))
        .singleElement()
        .hasToString("{\"name\":\"training.ckpt\",\"reason\":\"" + reason + "\"}");
    assertThat(report.get("exit_code").getAsInt()).isZero();
    assertThat(names(store)).containsExactly("training.ckpt", "training.safetensors");
  }

  @Test
  void howManyOriginalsAreRemovedIsSaid() throws IOException {
    checkpoint("a.pt");
    checkpoint("b.pt");
    Run run = Run.of("migrate", store, "--remove-originals");
    assertThat(run.outLines()).anyMatch(line -> line.matches("originals removed +2 +\\d.* kB"));
    assertThat(names(store)).containsExactly("a.safetensors", "b.safetensors");
  }

  @Test
  void whatAKilledRunHasLeftOfItsReportGoes() throws IOException {
    checkpoint("a.pt");
    Files.writeString(
        store.resolve(".pt2st-migrate.jsonl"), "{\"record\":\"run\",\"owner\":\"dead\"}\n");
    Path stale = Files.writeString(temporary.resolve(".pt2st-dead-1.tmp"), "half");
    report("--jobs", "1");
    assertThat(stale).doesNotExist();
  }

  @Test
  void optionsThatShapeTheOutputAreThoseOfConvert() throws IOException {
    checkpoint("a.pt");
    Path direct = temporary.resolve("direct.safetensors");
    Run.convert(store.resolve("a.pt"), direct, "--cast", "fp16", "--strip-prefix", "embed.");
    Run.of("migrate", store, "--cast", "fp16", "--strip-prefix", "embed.");
    assertThat(store.resolve("a.safetensors")).hasSameBinaryContentAs(direct);
  }

  @Test
  void aSecondRunHasNothingToDo() throws IOException {
    checkpoint("a.pt");
    Run.of("migrate", store);
    Run run = Run.of("migrate", store);
    assertThat(run.outLines()).anyMatch(line -> line.matches("already there +1 .*"));
    assertThat(run.outLines().getLast()).startsWith("0 B converted in ");
  }

  @Test
  void aNameCannotTakeOverTheTerminal() throws IOException {
    put("evil\u001b[2Jname.pt", Samples.checkpoint("zip_no_tensors.pt"));
    assertThat(Run.of("migrate", store).out()).doesNotContain("\u001b").contains("\\u001b[2Jname");
  }

  @ParameterizedTest
  @CsvSource({
    "--remove-originals --no-verify, --remove-originals removes only what was compared",
    "--side-files copy, --side-files says what goes into another tree",
    "--jobs 0, --jobs must be at least 1",
    "--report -, --report cannot be",
    "--out -, --out cannot be"
  })
  void whatMakesNoSenseIsSaid(String options, String said) {
    Object[] args =
        Stream.concat(Stream.of("migrate", store), Stream.of(options.split(" "))).toArray();
    Run run = Run.of(args);
    assertThat(run.err()).startsWith("pt2st: " + said);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void aDirectoryThatIsNoneIsSaid() throws IOException {
    checkpoint("a.pt");
    Run missing = Run.of("migrate", temporary.resolve("missing"));
    assertThat(missing.err()).endsWith("missing: there is no such file\n");
    assertThat(missing.code()).isEqualTo(1);
    Run file = Run.of("migrate", store.resolve("a.pt"));
    assertThat(file.err()).contains("a.pt: is a file, not a directory");
    assertThat(file.code()).isEqualTo(1);
  }

  @Test
  void anOutThatIsTheDirectoryUnderAnotherNameIsInPlace() throws IOException {
    checkpoint("a.pt");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), store);
    Run run = Run.of("migrate", store, "--out", link, "--quiet");
    assertThat(run.code()).isZero();
    assertThat(names(store)).containsExactly("a.pt", "a.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"--jobs=1", "--dry-run"})
  void anOutThatIsAFileIsSaid(String option) throws IOException {
    checkpoint("a.pt");
    Path out = Files.writeString(temporary.resolve("out"), "mine");
    Run run = Run.of("migrate", store, "--out", out, option);
    assertThat(run.err()).contains("out: is a file, and --out needs a directory");
    assertThat(run.code()).isEqualTo(1);
    assertThat(out).hasContent("mine");
  }

  @ParameterizedTest
  @CsvSource({"copy, 1048576", "link, 0", "none, 0"})
  void onlyWhatIsCopiedTakesRoom(String sideFiles, long bytes) throws IOException {
    checkpoint("a.pt");
    Files.write(store.resolve("large.txt"), new byte[1 << 20]);
    Path out = temporary.resolve("out");
    Run run = Run.of("migrate", store, "--out", out, "--side-files", sideFiles, "--dry-run");
    // What comes of a.pt is smaller than it is, and only that counts.
    String room = Units.bytes(875.0 + bytes);
    assertThat(run.outLines()).anyMatch(line -> line.startsWith("space: " + room + " will be"));
  }

  @Test
  void aCallInAFileWithoutTensorsIsRefused() throws IOException {
    Files.writeString(store.resolve("x.bin"), "cos\nsystem\n(S'id'\ntR.");
    Run run = Run.of("migrate", store, "--quiet");
    assertThat(run.outLines())
        .singleElement()
        .asString()
        .startsWith("refused        x.bin: to load this file would run os.system(")
        .doesNotContain("--allow");
    assertThat(run.code()).isEqualTo(3);
  }

  @Test
  void thatAnOutWithinTheDirectoryIsPassedOverIsSaid() throws IOException {
    checkpoint("a.pt");
    checkpoint("out/b.pt");
    Run run = Run.of("migrate", store, "--out", store.resolve("out"));
    assertThat(run.outLines())
        .contains(
            store.resolve("out")
                + " is within the directory: it takes the outputs, and what is in it is passed"
                + " over");
    assertThat(names(store)).containsExactly("a.pt", "out/a.safetensors", "out/b.pt");
    Run other = Run.of("migrate", store, "--out", temporary.resolve("elsewhere"));
    assertThat(other.out()).doesNotContain("is within");
  }

  @Test
  void aBrokenIndexIsAFailure() throws IOException {
    Files.writeString(store.resolve("pytorch_model.bin.index.json"), "{}");
    Run run = Run.of("migrate", store, "--quiet");
    assertThat(run.out())
        .isEqualTo(
            "failed         pytorch_model.bin.index.json: this is JSON, but not an index of shards, as it has no"
                + " \"weight_map\"\n");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void theJournalIsAnnouncedOnceAndMayBeElsewhere() throws IOException {
    checkpoint("a.pt");
    Path journal = temporary.resolve("done.jsonl");
    Run first = Run.of("migrate", store, "--journal", journal);
    assertThat(first.outLines().getFirst()).startsWith("journal: " + journal + ";");
    assertThat(names(store)).containsExactly("a.pt", "a.safetensors");
    Run again = Run.of("migrate", store, "--journal", journal);
    assertThat(again.out()).doesNotContain("journal:");
    assertThat(again.outLines()).anyMatch(line -> line.matches("already there +1 .*"));
    assertThat(Run.of("migrate", store, "--quiet").out()).isEmpty();
  }

  @Test
  void aJournalInTheTreeIsNoSideFile() throws IOException {
    checkpoint("a.pt");
    Path out = temporary.resolve("out");
    Path journal = store.resolve("done.jsonl");
    assertThat(Run.of("migrate", store, "--out", out, "--journal", journal).code()).isZero();
    Run.of("migrate", store, "--out", out, "--journal", journal);
    assertThat(out.resolve("done.jsonl")).doesNotExist();
  }

  @Test
  void aFileThatIsNoJournalIsNotWrittenTo() throws IOException {
    checkpoint("a.pt");
    byte[] before = Files.readAllBytes(store.resolve("a.pt"));
    Run run = Run.of("migrate", store, "--journal", store.resolve("a.pt"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("is not a journal");
    assertThat(store.resolve("a.pt")).hasBinaryContent(before);
    assertThat(Run.of("migrate", store, "--journal", store.resolve("no/j")).err())
        .contains("there is no directory");
  }

  @Test
  void aKeyThatReadsAsANumberIsInQuotes() {
    assertThat(new LeftOut("2", 0, 0).shownKey()).isEqualTo("\"2\"");
    assertThat(new LeftOut("a key", 0, 0).shownKey()).isEqualTo("\"a key\"");
    assertThat(new LeftOut("ema.layers-1", 0, 0).shownKey()).isEqualTo("ema.layers-1");
  }
}
