package dev.pt2st.migrate;

import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.content.Failures;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.ResultRecorder;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.StaleFiles;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.plan.MigrationPlanner;
import dev.pt2st.migrate.plan.StoredPlan;
import dev.pt2st.migrate.unit.Destination;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.work.LinkWriter;
import dev.pt2st.migrate.work.Preview;
import dev.pt2st.migrate.work.Removal;
import dev.pt2st.migrate.work.UnitBytes;
import dev.pt2st.migrate.work.UnitConverter;
import dev.pt2st.work.OrderedTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Converts a directory of checkpoints to safetensors files; may be repeated:
 *
 * <pre>{@code
 * try (Migration migration = Migration.open(settings)) {
 *   migration.removeStale();
 *   migration.plan(Selection.ALL, path -> {});
 *   migration.run(jobs, listener);
 * }
 * }</pre>
 *
 * <p>The target tree has a journal. It records what earlier runs have done, so that a migration
 * that was stopped or killed continues where it was. It is also locked, so that only one migration
 * works in a tree. A migration must be used by one thread, except for {@link #stop}.
 */
public final class Migration implements AutoCloseable {
  private static final String BUG = "internal error, please report it: ";

  private final MigrationSettings settings;
  private final Journal journal;
  private final RunHistory earlier;
  private final ResultRecorder recorder;
  private final UnitConverter work;
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private @Nullable StoredPlan plan;
  private volatile boolean stopped;

  private Migration(MigrationSettings settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
    this.earlier = new RunHistory(settings, journal);
    this.recorder = new ResultRecorder(settings, journal, earlier);
    this.work = new UnitConverter(settings, earlier);
  }

  /**
   * Opens a migration that writes. The root of the target tree is created if it does not exist.
   *
   * @throws IOException if the target tree cannot be created, its journal cannot be written, or
   *     another migration works there, which the message names
   */
  public static Migration open(MigrationSettings settings) throws IOException {
    TargetDirectories.makeRoot(settings);
    return new Migration(settings, Journal.open(settings));
  }

  /**
   * Opens a migration that only shows what it would do and writes nothing; the target tree need not
   * exist.
   *
   * @throws IOException if the journal exists but cannot be read
   */
  public static Migration forPreview(MigrationSettings settings) throws IOException {
    return new Migration(settings, Journal.read(settings));
  }

  /** The path of the journal. */
  public static Path journalOf(MigrationSettings settings) {
    return Journal.pathOf(settings);
  }

  /**
   * Removes partly written files of killed runs; must be called before anything else. Files of a
   * killed run are searched for only once, by the next run.
   *
   * @param further folders outside of the target tree where such a run may have written
   * @return how many files were removed
   * @throws IOException if the journal cannot be written
   */
  public int removeStale(Path... further) throws IOException {
    Set<String> owners = journal.unended();
    StaleFiles stale = new StaleFiles(owners);
    if (!owners.isEmpty()) {
      for (Path folder : further) {
        stale.removeIn(folder);
      }
      try (OpenFolder.Guard _ = OpenFolder.guard(settings.target().root())) {
        stale.removeBelow(settings.target().root());
      }
    }
    if (stale.areAllSeen()) {
      journal.addSwept(owners);
    }
    return stale.removed();
  }

  /**
   * Searches the source tree and plans what to do; writes nothing. A new plan replaces the previous
   * one.
   *
   * @param selection selects the files to look at and the checkpoints to convert
   * @param looked receives each file that was looked at
   * @throws IOException if the tree cannot be read at all, there is no room for the plan, or
   *     another migration works in the tree, which the message names
   */
  public MigrationPlan plan(Selection selection, Consumer<Path> looked) throws IOException {
    StoredPlan made = MigrationPlanner.plan(settings, selection, journal, looked);
    if (plan != null) {
      plan.close();
    }
    plan = made;
    return made;
  }

  private StoredPlan planned() {
    if (plan == null) {
      throw new IllegalStateException("there is no plan yet");
    }
    return plan;
  }

  /** Begins no further units; those that have begun are finished. May be called by any thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Carries out the plan. Units are independent: a failure of one is a result, and the others are
   * still done. Results are reported in the order of the plan, whatever the number of jobs.
   *
   * <p>A run may end early by {@link #stop}, an interrupt of this thread or a listener that throws.
   * At most the work on units that have begun is lost: an output appears whole or not at all, and
   * another run continues with the rest.
   *
   * @param jobs how many units are worked on at once
   * @throws IOException if the journal cannot be written: then no further units are begun, and
   *     another call continues with them
   * @throws IllegalStateException if there is no plan, if this thread is interrupted, or if the
   *     listener threw an exception in another thread, which is the cause
   */
  public void run(int jobs, MigrationListener listener) throws IOException {
    run(jobs, listener, Destination.TARGET_TREE);
  }

  /**
   * The same for outputs that go on to another place.
   *
   * @param destination takes the outputs of each unit
   * @throws IOException as the other method
   * @throws IllegalArgumentException if originals are to be removed, as that compares them with
   *     what is in the target tree
   */
  public void run(int jobs, MigrationListener listener, Destination destination)
      throws IOException {
    if (settings.options().removesOriginals() && !destination.equals(Destination.TARGET_TREE)) {
      throw new IllegalArgumentException(
          "originals are removed only if their outputs stay in the target tree");
    }
    StoredPlan units = planned();
    try (OpenFolder.Guard _ = OpenFolder.guard(settings.target().root());
        OpenFolder.Guard _ = OpenFolder.guard(settings.source().root());
        Removal removal =
            settings.options().removesOriginals() ? new Removal(settings, units, listener) : null) {
      Work task =
          unit ->
              removed(
                  doneAndNoted(unit, units.bytesToWorkOn(unit), listener, destination), removal);
      run(jobs, units.files(), task, listener);
      work.removeUnused();
      journal.readOn();
      LinkWriter links = new LinkWriter(settings, earlier, work);
      run(1, units.links(), unit -> told(taken(links.run(unit), destination), removal), listener);
      if (removal != null && failure.get() == null && !TemporaryFiles.isStopping()) {
        removal.end();
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    if (!stopped) {
      journal.end();
    }
  }

  /**
   * Shows what a run would do, and writes nothing.
   *
   * @param jobs how many units are looked at at once
   * @throws IOException if the plan or the journal cannot be read
   * @throws IllegalStateException if there is no plan
   */
  public void preview(int jobs, MigrationListener listener) throws IOException {
    BooleanSupplier stopping = this::isStopping;
    new Preview(settings, earlier, work, planned()).run(jobs, stopping, listener);
  }

  /** The work on a unit. */
  @FunctionalInterface
  private interface Work {
    UnitResult run(MigrationUnit unit) throws IOException;
  }

  private void run(
      int jobs, Supplier<@Nullable MigrationUnit> units, Work task, MigrationListener listener) {
    OrderedTasks.run(
        jobs,
        () -> isStopping() ? null : units.get(),
        unit -> isStopping() ? Optional.<UnitResult>empty() : run(unit, task, listener),
        result -> result.ifPresent(listener::result));
  }

  private boolean isStopping() {
    return stopped || failure.get() != null || TemporaryFiles.isStopping();
  }

  private Optional<UnitResult> run(MigrationUnit unit, Work task, MigrationListener listener) {
    listener.begins(unit);
    try {
      UnitResult result = task.run(unit);
      if (TemporaryFiles.isStopping()) {
        return Optional.empty(); // the unit failed because of that, or is done and will be found so
      }
      return Optional.of(result);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
      return Optional.empty();
    } finally {
      listener.ends(unit);
    }
  }

  private UnitResult doneAndNoted(
      MigrationUnit unit, long bytes, MigrationListener listener, Destination destination)
      throws IOException {
    UnitBytes heard = new UnitBytes(bytes, listener::done);
    UnitResult result = known(unit, destination);
    if (result == null) {
      UnitResult made = work.run(unit, earlier.record(unit), heard);
      if (!TemporaryFiles.isStopping()) {
        recorder.record(made);
      }
      result = taken(made, destination);
    }
    heard.end();
    return result;
  }

  private static @Nullable UnitResult known(MigrationUnit unit, Destination destination) {
    try {
      return destination.known(unit);
    } catch (IOException e) {
      return UnitResult.not(unit, Verdict.FAILED, Failures.reason(e));
    } catch (RuntimeException e) {
      return UnitResult.not(unit, Verdict.FAILED, BUG + e);
    }
  }

  private static UnitResult taken(UnitResult result, Destination destination) {
    if (result.written().isEmpty() || TemporaryFiles.isStopping()) {
      return result;
    }
    try {
      return destination.take(result);
    } catch (IOException e) {
      return UnitResult.not(result.unit(), Verdict.FAILED, Failures.reason(e));
    } catch (RuntimeException e) {
      // A bug that one unit triggers must not affect the others.
      return UnitResult.not(result.unit(), Verdict.FAILED, BUG + e);
    }
  }

  private static UnitResult told(UnitResult result, @Nullable Removal removal) throws IOException {
    boolean linked =
        result.verdict() == Verdict.LINKED || result.verdict() == Verdict.ALREADY_THERE;
    if (removal != null && linked) {
      removal.linked(result.unit());
    }
    return result;
  }

  private UnitResult removed(UnitResult result, @Nullable Removal removal) throws IOException {
    if (removal != null && result.isConverted() && !TemporaryFiles.isStopping()) {
      removal.remove(result, work.unconverted(result));
    }
    return result;
  }

  /**
   * Releases the lock on the target tree and the resources of the plan.
   *
   * @throws IOException if the journal cannot be closed
   */
  @Override
  public void close() throws IOException {
    try (journal) {
      if (plan != null) {
        plan.close();
      }
    }
  }
}
