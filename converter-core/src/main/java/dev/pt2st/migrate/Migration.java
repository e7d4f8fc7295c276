package dev.pt2st.migrate;

import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.ResultRecorder;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.StaleFiles;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.plan.MigrationPlanner;
import dev.pt2st.migrate.plan.StoredPlan;
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
 * Turns a directory of checkpoints into safetensors files, as often as needed:
 *
 * <pre>{@code
 * try (Migration migration = Migration.open(settings)) {
 *   migration.removeStale();
 *   migration.plan(Selection.ALL, path -> {});
 *   migration.run(jobs, listener);
 * }
 * }</pre>
 *
 * <p>The target tree has a journal. It says what earlier runs have done, so a migration that was
 * stopped or killed goes on where it was; and it is locked, so that no two migrations work in one
 * tree. A migration is used by one thread, but for {@link #stop}.
 */
public final class Migration implements AutoCloseable {
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
   * Opens a migration that writes. The root of the target tree is made if it is not there.
   *
   * @throws IOException if the target tree cannot be made, its journal cannot be written, or
   *     another migration is at work there, which the message names
   */
  public static Migration open(MigrationSettings settings) throws IOException {
    TargetDirectories.makeRoot(settings);
    return new Migration(settings, Journal.open(settings));
  }

  /**
   * Opens a migration that only says what it would do, and writes nothing; the target tree need not
   * be there.
   *
   * @throws IOException if the journal is there and cannot be read
   */
  public static Migration forPreview(MigrationSettings settings) throws IOException {
    return new Migration(settings, Journal.read(settings));
  }

  /** Where it is kept what has been done. */
  public static Path journalOf(MigrationSettings settings) {
    return Journal.pathOf(settings);
  }

  /**
   * Removes what killed runs have left half-written; to be done before anything else. It is looked
   * for once: the next run looks only for what has been left since.
   *
   * @param further folders outside of the target tree where such a run may have written a file
   * @return how many files these were
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
   * Looks through the source tree and says what is to be done; writes nothing. Another plan takes
   * the place of the last one.
   *
   * @param selection which files are looked at, and which checkpoints converted
   * @param looked hears of each file that was looked at
   * @throws IOException if the tree cannot be read at all, there is no room for the plan, or
   *     another migration is at work in the tree, which the message names
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

  /** Begins no more work; what has been begun is brought to its end. For another thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Does all that the plan says. Units go on independently: whatever happens to one is a result,
   * and the others are done. Results come in the order of the plan, however many jobs there are.
   *
   * <p>What ends a run early, such as {@link #stop}, an interrupt of this thread or a listener that
   * throws, costs the units that were begun at most: an output appears whole or not at all, and
   * another run goes on with the rest.
   *
   * @param jobs how many units are worked on at once
   * @throws IOException if the journal cannot be written: then the rest is not begun, and the same
   *     migration goes on with it once it can
   * @throws IllegalStateException if there is no plan, this thread is interrupted, or the listener
   *     has thrown an exception in another thread, which is the cause
   */
  public void run(int jobs, MigrationListener listener) throws IOException {
    StoredPlan units = planned();
    try (OpenFolder.Guard _ = OpenFolder.guard(settings.target().root());
        OpenFolder.Guard _ = OpenFolder.guard(settings.source().root());
        Removal removal =
            settings.options().removesOriginals() ? new Removal(settings, units, listener) : null) {
      Work task = unit -> removed(doneAndNoted(unit, units.bytesToWorkOn(unit), listener), removal);
      run(jobs, units.files(), task, listener);
      work.removeUnused();
      journal.readOn();
      LinkWriter links = new LinkWriter(settings, earlier, work);
      run(1, units.links(), unit -> told(links.run(unit), removal), listener);
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
   * Says what a run would do, and writes nothing.
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
        return Optional.empty(); // it failed because of that, or is done and will be found
      }
      return Optional.of(result);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
      return Optional.empty();
    } finally {
      listener.ends(unit);
    }
  }

  private UnitResult doneAndNoted(MigrationUnit unit, long bytes, MigrationListener listener)
      throws IOException {
    UnitBytes heard = new UnitBytes(bytes, listener::done);
    UnitResult result = work.run(unit, earlier.record(unit), heard);
    heard.end();
    if (!TemporaryFiles.isStopping()) {
      recorder.record(result);
    }
    return result;
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
   * Gives up the lock on the target tree, and what is held for the plan.
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
