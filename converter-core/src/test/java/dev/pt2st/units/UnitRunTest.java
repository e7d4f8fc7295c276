package dev.pt2st.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.scan.Verdict;
import dev.pt2st.units.BinWork.Counts;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run leaves one result for each unit, however often it begins again. */
class UnitRunTest {
  private static final Path SAMPLE =
      Path.of(System.getProperty("pt2st.root"), "samples/checkpoints/zip_basic.pt");

  private static final UnitStores NONE =
      uri -> {
        throw new SourceException(
            new dev.pt2st.ResourceName(uri), SourceException.Reason.REFUSED, "no store");
      };

  @TempDir Path temporary;
  private Path models;
  private final List<WorkUnit> units = new ArrayList<>();

  @BeforeEach
  void makeModels() throws IOException {
    models = Files.createDirectory(temporary.resolve("models"));
    for (int i = 0; i < 300; i++) {
      Path file = models.resolve(i + ".pt");
      Files.copy(SAMPLE, file);
      units.add(unit(file, UnitTask.SCAN, ""));
    }
  }

  private static WorkUnit unit(Path file, UnitTask task, String target) throws IOException {
    FileVersion version = FileVersion.of(file);
    return new WorkUnit(
        file.toString(),
        version.size(),
        version.version(),
        task,
        target,
        UnitOptions.STANDARD,
        UnitWeight.of(task, version.size(), false));
  }

  private static UnitWork work(String tool) {
    return new UnitWork(NONE, FetchOptions.STANDARD, tool);
  }

  private ResultsFolder results() {
    return new ResultsFolder(temporary.resolve("results").toString(), NONE);
  }

  private UnitRun.Summary run(String tool, int shard, int shards) throws IOException {
    Path file = temporary.resolve("units.jsonl");
    Files.write(file, units.stream().map(UnitLine::of).toList());
    try (UnitPlan plan = UnitPlan.open(Input.of(file))) {
      return new UnitRun(plan, work(tool), results()).run(shard, shards, 2);
    }
  }

  private List<UnitResult> all() throws IOException {
    List<UnitResult> all = new ArrayList<>();
    results().each((result, line) -> all.add(result));
    return all;
  }

  @Test
  void shardsDoEachUnitOnce() throws IOException {
    long done = 0;
    for (int shard = 0; shard < 3; shard++) {
      UnitRun.Summary summary = run("1.0", shard, 3);
      assertThat(summary.before()).isZero();
      done += summary.counts().done();
    }

    assertThat(done).isEqualTo(300);
    assertThat(all().stream().map(UnitResult::uri))
        .containsExactlyInAnyOrderElementsOf(units.stream().map(WorkUnit::uri).toList());
    assertThat(all())
        .allMatch(result ->
            result.outcome() instanceof Scanned scanned
                && scanned.report().verdict() == Verdict.SAFE);
  }

  @Test
  void whatStandsIsNotDoneAgain() throws IOException {
    run("1.0", 0, 2);
    List<String> before = results().objects();
    UnitRun.Summary second = run("1.0", 0, 1);

    assertThat(second.before()).isBetween(140L, 160L);
    assertThat(second.counts().done()).isEqualTo(300 - second.before());
    assertThat(run("1.0", 0, 1).counts()).isEqualTo(Counts.NONE);
    assertThat(results().objects()).containsAll(before);
    assertThat(all()).hasSize(300);
  }

  /** As if the worker was killed before some of its bins were written. */
  @Test
  void whatWasLostIsDoneAgain() throws IOException {
    run("1.0", 0, 1);
    List<String> objects = results().objects();
    for (String lost : objects.subList(0, objects.size() / 2)) {
      Files.delete(Path.of(lost));
    }
    long left = all().size();

    assertThat(run("1.0", 0, 1).counts().done()).isEqualTo(300 - left);
    assertThat(all()).hasSize(300);
    assertThat(results().objects()).hasSameElementsAs(objects);
  }

  @Test
  void anotherVersionOfTheProgramDoesItAnew() throws IOException {
    run("1.0", 0, 1);

    assertThat(run("1.1", 0, 1).before()).isZero();
    assertThat(all()).hasSize(600);
  }

  @Test
  void aFileThatChangedIsSaidAndNeverJudged() throws IOException {
    Files.writeString(models.resolve("7.pt"), "something else");
    Files.delete(models.resolve("8.pt"));

    UnitRun.Summary summary = run("1.0", 0, 1);

    assertThat(summary.counts()).isEqualTo(new Counts(298, 1, 1));
    TreeMap<String, UnitOutcome> outcomes = new TreeMap<>();
    all().forEach(result -> outcomes.put(result.uri(), result.outcome()));
    assertThat(outcomes.get(models.resolve("7.pt").toString())).isInstanceOf(Changed.class);
    assertThat(outcomes.get(models.resolve("8.pt").toString()).isForAgain()).isTrue();
    // What failed is tried again, and a file that is another one stays a reason to plan anew.
    UnitRun.Summary second = run("1.0", 0, 1);
    assertThat(second.before()).isEqualTo(298);
    assertThat(second.counts()).isEqualTo(new Counts(0, 1, 1));
  }

  @Test
  void aDamagedResultIsNamed() throws IOException {
    run("1.0", 0, 1);
    Path object = Path.of(results().objects().getFirst());
    List<String> lines = new ArrayList<>(Files.readAllLines(object));
    lines.set(1, lines.get(1).substring(0, 40));
    Files.write(object, lines);

    assertThatThrownBy(() -> run("1.0", 0, 1))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(object + ": line 2: this is not a JSON object");
  }

  @Test
  void everyTaskHasItsOutcome() throws IOException {
    Path input = models.resolve("0.pt");
    String output = temporary.resolve("out/deep/0.safetensors").toString();
    UnitWork work = work("1.0");
    WorkUnit convert = unit(input, UnitTask.CONVERT, output);

    UnitOutcome converted = work.on(convert).outcome();
    assertThat(converted).isInstanceOf(Converted.class);
    assertThat(((Converted) converted).files()).containsExactly(output);
    // The result was lost: the same output is found, and nothing is beside it.
    assertThat(work.on(convert).outcome()).isEqualTo(converted);
    assertThat(Path.of(output).getParent().toFile().list()).containsExactly("0.safetensors");

    assertThat(work.on(unit(input, UnitTask.VERIFY, output)).outcome())
        .isInstanceOfSatisfying(Compared.class, same -> assertThat(same.differing()).isZero());
    UnitOutcome sum = work.on(unit(input, UnitTask.CHECKSUM, "")).outcome();
    assertThat(sum).isInstanceOf(Summed.class);
    assertThat(work.on(unit(Path.of(output), UnitTask.CHECKSUM, "")).outcome()).isEqualTo(sum);
  }

  @Test
  void anotherOutputIsNeverReplaced() throws IOException {
    Path output = Files.writeString(temporary.resolve("mine.safetensors"), "mine");

    UnitOutcome outcome =
        work("1.0").on(unit(models.resolve("0.pt"), UnitTask.CONVERT, output.toString())).outcome();

    assertThat(outcome)
        .isEqualTo(
            new Failed(Failed.Kind.EXISTS, "another file is there already, and is not replaced"));
    assertThat(output).hasContent("mine");
  }

  @Test
  void whatIsRefusedIsAResultThatStands() throws IOException {
    Path file = Files.writeString(models.resolve("text.pt"), "no checkpoint");

    UnitResult result = work("1.0").on(unit(file, UnitTask.CHECKSUM, ""));

    assertThat(result.outcome())
        .isEqualTo(
            new Failed(Failed.Kind.UNSUPPORTED, "this is not a checkpoint that pt2st knows"));
    assertThat(result.isFinal()).isTrue();
  }
}
