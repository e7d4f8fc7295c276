package dev.pt2st.migrate;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.migrate.Result.Verdict;
import dev.pt2st.migrate.Result.Written;
import dev.pt2st.migrate.Unit.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The work on one unit: what comes of it depends on nothing but its sources, its targets and the
 * options, so that it may be done by any thread, in any order, and on another machine. Nothing that
 * goes wrong with it is thrown.
 */
final class UnitWork {
  private final Settings settings;
  private final Earlier earlier;
  private final MigrateOptions options;

  /** The directories that were made for outputs which then did not come about. */
  private final Queue<Path> unused = new ConcurrentLinkedQueue<>();

  UnitWork(Settings settings, Earlier earlier) {
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
  Result run(Unit unit, @Nullable JournalRecord known, LongConsumer progress) {
    return switch (unit.action()) {
      case KEEP -> kept(unit, known);
      case LEAVE_ALONE -> Result.not(unit, Verdict.LEFT_ALONE, unit.reason());
      case REFUSE -> Result.not(unit, Verdict.REFUSED, unit.reason());
      case FAIL -> Result.not(unit, Verdict.FAILED, unit.reason());
      case PUT_BESIDE ->
          guarded(unit, () -> new SideFileWork(settings, earlier).put(unit, known, progress));
      case CONVERT, COMPARE -> guarded(unit, () -> convert(unit, known, progress));
    };
  }

  /**
   * Says what would come of a unit, as far as that can be told without reading tensors; writes
   * nothing.
   *
   * @param known what a journal says of it; null if nothing
   */
  Result look(Unit unit, @Nullable JournalRecord known) {
    return switch (unit.action()) {
      case CONVERT -> guarded(unit, () -> planned(unit));
      case PUT_BESIDE -> new Result(unit, Verdict.PUT_BESIDE, "", List.of(), List.of());
      case KEEP, COMPARE -> kept(unit, known);
      case LEAVE_ALONE, REFUSE, FAIL -> run(unit, known, bytes -> {});
    };
  }

  private Result planned(Unit unit) throws CheckpointException, IOException, NotAModelException {
    List<Written> written = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    IndexRewrite rewrite = rewrite(unit);
    for (Item item : unit.files()) {
      Path source = settings.source().path(item.source());
      Path target = settings.target().path(item.target());
      Plan plan = new Shard(source, target, options.convert()).plan();
      written.add(new Written(item.target(), plan.fileBytes(), ""));
      notes.addAll(Shard.notes(new ConversionResult(plan, List.of())));
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        boolean mine = earlier.hasMade(unit.name(), item.target());
        notes.add(
            item.target()
                + " is there already and will be compared with it"
                + (!mine && SafetensorsBeside.isModel(target)
                    ? "; if it differs, the checkpoint is left alone"
                    : ""));
      }
      addTo(rewrite, item, plan);
    }
    if (rewrite != null && unit.index() != null) {
      written.add(new Written(unit.index().target(), rewrite.bytes().length, ""));
      notes.addAll(rewrite.notes(unit.index()));
    }
    String remainder = options.removeOriginals() ? remainder(unit) : "";
    if (!remainder.isEmpty()) {
      notes.add(Removal.STAYS + remainder);
    }
    return new Result(unit, Verdict.CONVERTED, "", written, notes);
  }

  private static void addTo(@Nullable IndexRewrite rewrite, Item item, Plan plan)
      throws CheckpointException {
    if (rewrite != null) {
      rewrite.add(
          Tree.name(item.source()),
          Tree.name(item.target()),
          plan.tensors().stream().map(tensor -> tensor.info().name()).toList(),
          plan.dataBytes());
    }
  }

  /** Some work that may fail. */
  @FunctionalInterface
  interface Step {
    Result run() throws CheckpointException, IOException, NotAModelException;
  }

  /** Turns whatever goes wrong into a result. */
  Result guarded(Unit unit, Step step) {
    try {
      return step.run();
    } catch (NotAModelException e) {
      return notAModel(unit, e);
    } catch (CheckpointException e) {
      return Result.not(unit, Failures.verdict(e), shard(unit, e) + Failures.reason(e));
    } catch (IOException e) {
      return Result.not(unit, Verdict.FAILED, Failures.reason(e));
    } catch (InvalidPathException e) {
      return Result.not(
          unit,
          Verdict.FAILED,
          "the system's encoding has no such name as its output would have; set LC_ALL=C.UTF-8");
    } catch (InternalError e) {
      // A mapped page that is no longer there; the JVM has no exception of its own for it.
      return Result.not(unit, Verdict.FAILED, Failures.CUT_SHORT);
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of ours with one file is no reason to leave the others.
      return Result.not(unit, Verdict.FAILED, "internal error, please report it: " + e);
    }
  }

  /** Of a model in shards, the one that a message is about. */
  private static String shard(Unit unit, CheckpointException e) {
    Item index = unit.index();
    String name = String.valueOf(e.place().file().getFileName());
    return index == null || name.equals(Tree.name(unit.name())) ? "" : name + ": ";
  }

  private Result notAModel(Unit unit, NotAModelException e) {
    Item index = unit.index();
    if (index != null) {
      // Without an index nobody has said that these files are a model.
      return Result.not(
          unit,
          index.isMade() ? Verdict.LEFT_ALONE : Verdict.REFUSED,
          "the shard " + e.file().getFileName() + " is no model: " + e.what());
    }
    if (e.isCheckpoint()
        || settings.inPlace()
        || options.sideFiles() == MigrateOptions.SideFiles.NONE) {
      return Result.not(unit, Verdict.LEFT_ALONE, e.what());
    }
    Item item = unit.files().getFirst();
    Item beside = item.withTarget(item.source());
    Unit sideFile =
        new Unit(Unit.Kind.SIDE_FILE, List.of(beside), null, Unit.Action.PUT_BESIDE, unit.reason());
    return guarded(
        sideFile, () -> new SideFileWork(settings, earlier).put(sideFile, null, bytes -> {}));
  }

  private static Result kept(Unit unit, @Nullable JournalRecord known) {
    List<Written> written =
        known == null
            ? List.of()
            : known.files().stream()
                .map(done -> new Written(done.target(), done.targetBytes(), done.digest()))
                .toList();
    return new Result(unit, Verdict.ALREADY_THERE, "", written, List.of());
  }

  private Result convert(Unit planned, @Nullable JournalRecord known, LongConsumer progress)
      throws CheckpointException, IOException, NotAModelException {
    Unit unit = now(planned);
    Targets targets = new Targets(settings, earlier, unit, known, progress);
    Result there = targets.alreadyThere();
    return there == null ? write(unit, targets.areOurs(), progress) : there;
  }

  /** With the sizes and times that the sources have now. */
  private Unit now(Unit planned) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Item item : planned.files()) {
      items.add(SourceFile.now(settings.source(), item));
    }
    Item index = planned.index();
    return new Unit(
        planned.kind(),
        items,
        index == null || index.isMade() ? index : SourceFile.now(settings.source(), index),
        planned.action(),
        planned.reason());
  }

  /** Leaves no directory empty that was made for nothing; when all units have been done. */
  void removeUnused() {
    Directories.removeEmpty(unused);
    unused.clear();
  }

  private Result write(Unit unit, boolean overwrite, LongConsumer progress)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> made = new ArrayList<>();
    boolean done = false;
    try {
      Result result = write(unit, overwrite, progress, made);
      done = true;
      return result;
    } finally {
      if (!done) {
        unused.addAll(made);
      }
    }
  }

  private Result write(Unit unit, boolean overwrite, LongConsumer progress, List<Path> made)
      throws CheckpointException, IOException, NotAModelException {
    List<Path> targets = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (OutputGroup group = new OutputGroup(overwrite)) {
      IndexRewrite rewrite = rewrite(unit);
      long bytes = 0;
      for (Item item : unit.files()) {
        Path target = settings.target().path(item.target());
        made.addAll(Directories.make(settings, item.target()));
        targets.add(target);
        UnitProgress own = new UnitProgress(progress, item.bytes(), options.verify() ? 3 : 2);
        Path source = settings.source().path(item.source());
        group.asPrivateAs(source);
        ConversionResult outcome =
            new Shard(source, target, options.convert(overwrite))
                .write(group, options.verify(), own);
        digests.add(SourceFile.digest(source, options.digest(), own));
        own.end();
        bytes += outcome.plan().fileBytes();
        notes.addAll(Shard.notes(outcome));
        addTo(rewrite, item, outcome.plan());
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
        group.commit(options.durable());
        if (options.durable()) {
          for (Item item : unit.items()) {
            Directories.sync(settings.target(), item.target());
          }
        }
      } catch (IOException e) {
        throw group.explain(e, bytes);
      }
    }
    return new Result(unit, Verdict.CONVERTED, "", written(unit, targets, digests), notes);
  }

  /**
   * What the sources of a unit have and its outputs do not.
   *
   * @return a clause with what to do about it; empty if nothing
   */
  String remainder(Unit unit) {
    List<String> remainder = new ArrayList<>();
    Result looked =
        guarded(
            unit,
            () -> {
              for (Item item : unit.files()) {
                Path source = settings.source().path(item.source());
                Path target = settings.target().path(item.target());
                String text = new Shard(source, target, options.convert()).remainder();
                if (!text.isEmpty()) {
                  remainder.add(
                      (unit.index() == null ? "" : Tree.name(item.source()) + ": ") + text);
                  break;
                }
              }
              return Result.not(unit, Verdict.CONVERTED, "");
            });
    return remainder.isEmpty() ? looked.reason() : remainder.getFirst();
  }

  private @Nullable IndexRewrite rewrite(Unit unit) throws CheckpointException, IOException {
    Item index = unit.index();
    if (index == null) {
      return null;
    }
    return IndexRewrite.of(settings.source().path(unit.name()), !index.isMade());
  }

  private static List<Written> written(Unit unit, List<Path> targets, List<String> digests)
      throws IOException {
    List<Written> written = new ArrayList<>();
    List<Item> items = unit.items();
    for (int i = 0; i < items.size(); i++) {
      written.add(new Written(items.get(i).target(), Files.size(targets.get(i)), digests.get(i)));
    }
    return written;
  }
}
