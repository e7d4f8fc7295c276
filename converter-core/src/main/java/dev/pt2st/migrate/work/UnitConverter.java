package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.io.ScratchFolder;
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
 * The work on one unit: what comes of it depends on nothing but its sources, its targets and the
 * options, so that it may be done by any thread, in any order, and on another machine. Nothing that
 * goes wrong with it is thrown.
 */
public final class UnitConverter {
  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final MigrateOptions options;

  /** The directories that were made for outputs which then did not come about. */
  private final Queue<Path> unused = new ConcurrentLinkedQueue<>();

  public UnitConverter(MigrationSettings settings, RunHistory earlier) {
    this.settings = settings;
    this.earlier = earlier;
    this.options = settings.options();
  }

  /**
   * Does what a unit says.
   *
   * @param known what a journal says of it; null if nothing
   * @param progress hears of bytes of its sources
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

  /** Adds a shard to the index that is made anew; null if there is none. */
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

  /** Some work that may fail. */
  @FunctionalInterface
  interface Step {
    UnitResult run() throws CheckpointException, IOException, NotAModelException;
  }

  /** Turns whatever goes wrong into a result. */
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
          "the system's encoding has no such name as its output would have; set LC_ALL=C.UTF-8");
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      return UnitResult.not(unit, Verdict.FAILED, Failures.CUT_SHORT);
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of ours with one file is no reason to leave the others.
      return UnitResult.not(unit, Verdict.FAILED, "internal error, please report it: " + e);
    }
  }

  /** Of a model in shards, the one that a message is about. */
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
    return there == null ? write(unit, targets.areOurs(), progress) : there;
  }

  /** With the sizes and times that the sources have now. */
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

  /** Leaves no directory empty that was made for nothing; when all units have been done. */
  public void removeUnused() {
    TargetDirectories.removeEmpty(unused);
    unused.clear();
  }

  private UnitResult write(MigrationUnit unit, boolean overwrite, LongConsumer progress)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> made = new ArrayList<>();
    boolean done = false;
    try {
      UnitResult result = write(unit, overwrite, progress, made);
      done = true;
      return result;
    } finally {
      if (!done) {
        unused.addAll(made);
      }
    }
  }

  private UnitResult write(
      MigrationUnit unit, boolean overwrite, LongConsumer progress, List<Path> made)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> targets = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    String unconverted = "";
    try (OutputGroup group = new OutputGroup(IfExists.of(overwrite))) {
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

  /** What the first source of a unit has and its output does not, that has anything of it. */
  static String first(
      String before, MigrationUnit unit, Item item, CheckpointConversion.Outcome outcome) {
    if (!before.isEmpty() || outcome.unconverted().isEmpty()) {
      return before;
    }
    return (unit.index() == null ? "" : PathTree.name(item.source()) + ": ")
        + outcome.unconverted();
  }

  /**
   * What the sources of a unit have and its outputs do not. Only the sources of a unit that nothing
   * had to be done for are opened for it: of all others it was found out when they were open.
   *
   * @return a clause with what to do about it; empty if nothing
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

  /** The index of a unit, to be made anew; null if it has none. */
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
