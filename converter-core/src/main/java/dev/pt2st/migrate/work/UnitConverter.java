package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.content.IndexRewrite;
import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.content.SourceFile;
import dev.pt2st.migrate.content.UnitProgress;
import dev.pt2st.migrate.decide.SideFileDecider;
import dev.pt2st.migrate.decide.TrainingStateDecider;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Does the work on one unit. The result depends only on its sources, its targets and the options,
 * so any thread may do it, in any order, and on another machine. Failures become results and are
 * not thrown.
 */
public final class UnitConverter {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final MigrateOptions options;

  /** The directories that were created for outputs that failed. */
  private final Queue<Path> unused = new ConcurrentLinkedQueue<>();

  public UnitConverter(MigrationSettings settings, RunHistory earlier) {
    this.settings = settings;
    this.earlier = earlier;
    this.options = settings.options();
  }

  /**
   * Carries out a unit.
   *
   * @param known its record in a journal; null if there is none
   * @param progress receives the number of processed bytes of its sources
   */
  public UnitResult run(MigrationUnit unit, @Nullable JournalRecord known, LongConsumer progress) {
    return switch (unit.action()) {
      case KEEP -> kept(unit, known);
      case LEAVE_ALONE -> UnitResult.not(unit, Verdict.LEFT_ALONE, unit.reason());
      case REFUSE -> UnitResult.not(unit, Verdict.REFUSED, unit.reason());
      case FAIL -> UnitResult.not(unit, Verdict.FAILED, unit.reason());
      case PUT_BESIDE ->
          guarded(unit, () -> new SideFileCopier(settings, earlier).put(unit, known, progress));
      case CONVERT, COMPARE -> guarded(unit, () -> convert(unit, known, progress));
    };
  }

  /** Adds a shard to the new index, if there is one. */
  static void addTo(@Nullable IndexRewrite rewrite, Item item, Plan plan)
      throws CheckpointException {
    if (rewrite != null) {
      rewrite.add(
          PathTree.name(item.source()),
          PathTree.name(item.target()),
          plan.tensors().stream().map(tensor -> tensor.info().name()).toList(),
          plan.dataBytes());
    }
  }

  /** A step of work that may fail. */
  @FunctionalInterface
  interface Step {
    UnitResult run() throws CheckpointException, IOException, NotAModelException;
  }

  /** Runs a step and turns any failure into a result. */
  UnitResult guarded(MigrationUnit unit, Step step) {
    try {
      return step.run();
    } catch (NotAModelException e) {
      return notAModel(unit, e);
    } catch (CheckpointException e) {
      return UnitResult.not(
          unit, Failures.verdict(e), shard(unit, e) + Failures.reason(e, settings.wording()));
    } catch (IOException e) {
      return UnitResult.not(unit, Verdict.FAILED, Failures.reason(e));
    } catch (InvalidPathException e) {
      return UnitResult.not(
          unit,
          Verdict.FAILED,
          "the system's encoding cannot spell the name of its output; set LC_ALL=C.UTF-8");
    } catch (InternalError e) {
      // A mapped page is gone; the JVM has no exception of its own for this.
      return UnitResult.not(unit, Verdict.FAILED, Failures.CUT_SHORT);
    } catch (RuntimeException | StackOverflowError e) {
      // A bug that one file triggers must not affect the others.
      return UnitResult.not(unit, Verdict.FAILED, "internal error, please report it: " + e);
    }
  }

  /** The shard of a model that an exception is about. */
  private static String shard(MigrationUnit unit, CheckpointException e) {
    Item index = unit.index();
    String name = e.place().file().fileName();
    return index == null || name.equals(PathTree.name(unit.name())) ? "" : name + ": ";
  }

  private UnitResult notAModel(MigrationUnit unit, NotAModelException e) {
    Optional<MigrationUnit> sideFile =
        e.isCheckpoint() || unit.index() != null
            ? Optional.empty()
            : SideFileDecider.decide(
                unit.files().getFirst(), MigrationUnit.Kind.SIDE_FILE, settings);
    return sideFile
        .map(file ->
            guarded(file, () -> new SideFileCopier(settings, earlier).put(file, null, bytes -> {})))
        .orElseGet(() -> TrainingStateDecider.decide(unit, e));
  }

  /** The result of a unit that an earlier run has done. */
  static UnitResult kept(MigrationUnit unit, @Nullable JournalRecord known) {
    List<Written> written =
        known == null
            ? List.of()
            : known.files().stream()
                .map(done -> new Written(done.target(), done.targetBytes(), done.digest()))
                .toList();
    return new UnitResult(unit, Verdict.ALREADY_THERE, "", written, List.of());
  }

  private UnitResult convert(
      MigrationUnit planned, @Nullable JournalRecord known, LongConsumer progress)
      throws CheckpointException, IOException, NotAModelException {
    MigrationUnit unit = now(planned);
    ExistingOutputs targets = new ExistingOutputs(settings, earlier, unit, known, progress);
    UnitResult there = targets.alreadyThere();
    return there == null
        ? write(unit, targets.areOurs() ? IfExists.REPLACE : IfExists.REFUSE, progress)
        : there;
  }

  /** The unit with the present sizes and times of its sources. */
  private MigrationUnit now(MigrationUnit planned) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Item item : planned.files()) {
      items.add(SourceFile.now(settings.source(), item));
    }
    Item index = planned.index();
    return new MigrationUnit(
        planned.kind(),
        items,
        index == null || index.isMade() ? index : SourceFile.now(settings.source(), index),
        planned.action(),
        planned.reason());
  }

  /** Removes directories that stayed empty; must be called when all units are done. */
  public void removeUnused() {
    TargetDirectories.removeEmpty(unused);
    unused.clear();
  }

  private UnitResult write(MigrationUnit unit, IfExists ifExists, LongConsumer progress)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> made = new ArrayList<>();
    boolean done = false;
    try {
      UnitResult result = write(unit, ifExists, progress, made);
      done = true;
      return result;
    } finally {
      if (!done) {
        unused.addAll(made);
      }
    }
  }

  private UnitResult write(
      MigrationUnit unit, IfExists ifExists, LongConsumer progress, List<Path> made)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> targets = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    String unconverted = "";
    try (OutputGroup group = new OutputGroup(ifExists)) {
      IndexRewrite rewrite = rewrite(unit);
      long bytes = 0;
      for (Item item : unit.files()) {
        Path target = settings.target().path(item.target());
        made.addAll(TargetDirectories.make(settings, item.target()));
        targets.add(target);
        UnitProgress own =
            new UnitProgress(progress, item.bytes(), options.comparesOutputs() ? 3 : 2);
        Path source = settings.source().path(item.source());
        group.asPrivateAs(source);
        CheckpointConversion.Outcome outcome =
            new CheckpointConversion(source, target, settings).write(group, own);
        ConversionResult result = outcome.result();
        unconverted = first(unconverted, unit, item, outcome);
        digests.add(SourceFile.digest(source, options.digest(), own));
        own.end();
        bytes += result.plan().fileBytes();
        notes.addAll(CheckpointConversion.notes(result));
        addTo(rewrite, item, result.plan());
      }
      Item index = unit.index();
      if (rewrite != null && index != null) {
        Path target = settings.target().path(index.target());
        targets.add(target);
        Path source = settings.source().path(unit.name());
        digests.add(
            index.isMade()
                ? ""
                : SourceFile.digest(
                    source, options.digest(), new UnitProgress(bytesOfIndex -> {}, 0, 1)));
        group.asPrivateAs(source);
        group.create(target).write(ByteBuffer.wrap(rewrite.bytes()), 0);
        notes.addAll(rewrite.notes(index));
      }
      for (Item item : unit.sources()) {
        SourceFile.checkUnchanged(settings.source(), item);
      }
      try {
        group.commit(options.durability());
        if (options.isDurable()) {
          for (Item item : unit.items()) {
            TargetDirectories.sync(settings.target(), item.target());
          }
        }
      } catch (IOException e) {
        throw group.explain(e, bytes);
      }
    }
    return new UnitResult(
        unit,
        Verdict.CONVERTED,
        "",
        written(unit, targets, digests),
        notes,
        options.removesOriginals() ? unconverted : null);
  }

  /** The unconverted content of the first source that has any. */
  static String first(
      String before, MigrationUnit unit, Item item, CheckpointConversion.Outcome outcome) {
    if (!before.isEmpty() || outcome.unconverted().isEmpty()) {
      return before;
    }
    return (unit.index() == null ? "" : PathTree.name(item.source()) + ": ")
        + outcome.unconverted();
  }

  /**
   * Content of a unit's sources that its outputs lack. Sources are only opened for this if the unit
   * was done already; for other units it was found while they were open.
   *
   * @return a clause with a remedy; empty if there is none
   */
  public String unconverted(UnitResult result) {
    if (result.unit().kind() == MigrationUnit.Kind.FOLDER) {
      return "a folder that is one checkpoint is kept, as there may be more in it than the model";
    }
    String known = result.unconverted();
    return known == null ? lookForUnconverted(result.unit()) : known;
  }

  private String lookForUnconverted(MigrationUnit unit) {
    List<String> unconverted = new ArrayList<>();
    UnitResult looked =
        guarded(
            unit,
            () -> {
              for (Item item : unit.files()) {
                Path source = settings.source().path(item.source());
                Path target = settings.target().path(item.target());
                CheckpointConversion.Outcome outcome =
                    new CheckpointConversion(source, target, settings)
                        .look(ScratchFolder.beside(target));
                String text = first("", unit, item, outcome);
                if (!text.isEmpty()) {
                  unconverted.add(text);
                  break;
                }
              }
              return UnitResult.not(unit, Verdict.CONVERTED, "");
            });
    return unconverted.isEmpty() ? looked.reason() : unconverted.getFirst();
  }

  /** Starts the new index of a unit; null if it has none. */
  @Nullable IndexRewrite rewrite(MigrationUnit unit) throws CheckpointException, IOException {
    Item index = unit.index();
    if (index == null) {
      return null;
    }
    return IndexRewrite.of(settings.source().path(unit.name()), !index.isMade());
  }

  private static List<Written> written(MigrationUnit unit, List<Path> targets, List<String> digests)
      throws IOException {
    List<Written> written = new ArrayList<>();
    List<Item> items = unit.items();
    for (int i = 0; i < items.size(); i++) {
      written.add(new Written(items.get(i).target(), Files.size(targets.get(i)), digests.get(i)));
    }
    return written;
  }
}
