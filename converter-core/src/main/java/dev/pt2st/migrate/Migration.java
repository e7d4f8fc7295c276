package dev.pt2st.migrate;

import dev.pt2st.io.InOrder;
import dev.pt2st.io.OffHeapIndex;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.StaleFiles;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.plan.MigrationPlan;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import dev.pt2st.migrate.work.LinkWriter;
import dev.pt2st.migrate.work.Removal;
import dev.pt2st.migrate.work.UnitBytes;
import dev.pt2st.migrate.work.UnitConverter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns a directory of checkpoints into safetensors files, as often as needed:
 *
 * <pre>{@code
 * try (Journal journal = Journal.open(settings.target());
 *     MigrationPlan plan =
 *         MigrationPlanner.plan(settings, Selection.ALL, journal, path -> {})) {
 *   new Migration(settings, journal).run(plan, jobs, listener);
 * }
 * }</pre>
 */
public final class Migration {
  private final MigrationSettings settings;
  private final Journal journal;
  private final RunHistory earlier;
  private final UnitConverter work;
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private volatile boolean stopped;

  /**
   * @param journal of the target tree, open for writing
   */
  public Migration(MigrationSettings settings, Journal journal) {
    this.settings = settings;
    this.journal = journal;
    this.earlier = new RunHistory(settings, journal);
    this.work = new UnitConverter(settings, earlier);
  }

  /**
   * Makes the root of the target tree, if it is not there; to be done before its journal is opened.
   *
   * @throws IOException if it cannot be made
   */
  public static void makeTarget(MigrationSettings settings) throws IOException {
    TargetDirectories.makeRoot(settings);
  }

  /**
   * Removes what killed runs have left half-written; to be done before anything else. It is looked
   * for once: the next run looks only for what has been left since.
   *
   * @param further folders outside of the target tree where such a run may have written a file
   * @return how many files these were
   */
  public static int removeStale(MigrationSettings settings, Journal journal, Path... further)
      throws IOException {
    Set<String> owners = journal.unended();
    StaleFiles stale = new StaleFiles(owners);
    if (!owners.isEmpty()) {
      for (Path folder : further) {
        stale.removeIn(folder);
      }
      stale.removeBelow(settings.target().root());
    }
    if (stale.areAllSeen()) {
      journal.addSwept(owners);
    }
    return stale.removed();
  }

  /** Begins no more work; what has been begun is brought to its end. For another thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Does all that a plan says. Units go on independently: whatever happens to one is a result, and
   * the others are done. Results come in the order of the plan, however many jobs there are.
   *
   * @param jobs how many units are worked on at once
   * @throws IOException if the journal cannot be written: then the rest is not begun, and the same
   *     migration goes on with it once it can
   */
  public void run(MigrationPlan plan, int jobs, MigrationListener listener) throws IOException {
    try (Removal removal =
        settings.options().removeOriginals() ? new Removal(settings, plan, listener) : null) {
      Work task = unit -> removed(doneAndNoted(unit, plan.bytesToWorkOn(unit), listener), removal);
      run(jobs, plan.files(), task, listener);
      work.removeUnused();
      journal.readOn();
      LinkWriter links = new LinkWriter(settings, earlier, work);
      run(1, plan.links(), unit -> told(links.run(unit), removal), listener);
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
   * Says what a run would do, and writes nothing; the journal need only be open for reading.
   *
   * @param jobs how many units are looked at at once
   */
  public void look(MigrationPlan plan, int jobs, MigrationListener listener) throws IOException {
    try (OffHeapIndex fit = new OffHeapIndex()) {
      look(jobs, plan.files(), plan, fit, listener);
      look(1, plan.links(), plan, fit, listener);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void look(
      int jobs,
      Supplier<@Nullable MigrationUnit> units,
      MigrationPlan plan,
      OffHeapIndex fit,
      MigrationListener listener) {
    InOrder.run(
        jobs,
        () -> isStopping() ? null : units.get(),
        unit -> look(unit, plan.bytesToWorkOn(unit), fit, listener),
        result -> {
          addFit(result, fit);
          listener.result(result);
        });
  }

  /** Takes in the sources that would have outputs, to which links may lead. */
  private static void addFit(UnitResult result, OffHeapIndex fit) {
    if (!isConverted(result)) {
      return;
    }
    try {
      for (Item item : result.unit().sources()) {
        fit.put(item.source(), 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UnitResult lookAtLink(MigrationUnit unit, OffHeapIndex fit) throws IOException {
    LinkWriter links = new LinkWriter(settings, earlier, work);
    for (Item item : unit.files()) {
      if (fit.get(item.leadsTo()) == 0 && !links.hasOutput(item)) {
        return UnitResult.not(unit, Verdict.LEFT_ALONE, item.leadsTo() + LinkWriter.NOT_CONVERTED);
      }
    }
    return new UnitResult(unit, Verdict.LINKED, "", LinkWriter.written(unit), List.of());
  }

  private UnitResult look(
      MigrationUnit unit, long bytes, OffHeapIndex fit, MigrationListener listener) {
    listener.begins(unit);
    try {
      boolean link =
          unit.kind() == MigrationUnit.Kind.LINK || unit.kind() == MigrationUnit.Kind.LINKED_MODEL;
      return link && unit.action() == MigrationUnit.Action.CONVERT
          ? lookAtLink(unit, fit)
          : work.look(unit, earlier.record(unit));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      listener.done(bytes);
      listener.ends(unit);
    }
  }

  /** The work on a unit. */
  @FunctionalInterface
  private interface Work {
    UnitResult run(MigrationUnit unit) throws IOException;
  }

  private void run(
      int jobs, Supplier<@Nullable MigrationUnit> units, Work task, MigrationListener listener) {
    InOrder.run(
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
      note(result);
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
    if (removal != null && isConverted(result) && !TemporaryFiles.isStopping()) {
      removal.remove(result, work.unconverted(result));
    }
    return result;
  }

  private static boolean isConverted(UnitResult result) {
    MigrationUnit.Kind kind = result.unit().kind();
    return (kind == MigrationUnit.Kind.CHECKPOINT || kind == MigrationUnit.Kind.MODEL)
        && (result.verdict() == Verdict.CONVERTED || result.verdict() == Verdict.ALREADY_THERE);
  }

  /** Writes a record of what was done, where that is worth one. */
  private void note(UnitResult result) throws IOException {
    MigrationUnit unit = result.unit();
    boolean checkpoint =
        unit.kind() == MigrationUnit.Kind.CHECKPOINT || unit.kind() == MigrationUnit.Kind.MODEL;
    boolean worked =
        unit.action() == MigrationUnit.Action.CONVERT
            || unit.action() == MigrationUnit.Action.COMPARE;
    if (checkpoint && worked) {
      journal.add(record(result, result.verdict()));
    } else if (unit.action() == MigrationUnit.Action.PUT_BESIDE
        && hasDigest(result)
        && isOurs(result)) {
      // So that it can be told from somebody else's when its source has changed.
      journal.addLater(record(result, Verdict.PUT_BESIDE));
    }
    // All else is known, or told anew by the next plan.
  }

  /** Whether a copy was made now or before from this source tree, and not found as another's. */
  private boolean isOurs(UnitResult result) throws IOException {
    return result.verdict() != Verdict.ALREADY_THERE
        || earlier.otherRoot(result.unit().files().getFirst().source()).isEmpty();
  }

  /** Whether a file was copied, and not only linked to. */
  private static boolean hasDigest(UnitResult result) {
    return result.written().stream().anyMatch(file -> !file.sourceDigest().isEmpty());
  }

  /** What has failed this time does not make somebody else's of what an earlier run has made. */
  private String madeBefore(MigrationUnit unit, Item item) throws IOException {
    return earlier.hasMade(unit.name(), item.target()) ? item.target() : "";
  }

  private JournalRecord record(UnitResult result, Verdict verdict) throws IOException {
    MigrationUnit unit = result.unit();
    List<Done> files = new ArrayList<>();
    List<Item> items = unit.items();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Written written = i < result.written().size() ? result.written().get(i) : null;
      files.add(
          new Done(
              item.source(),
              item.bytes(),
              item.modified(),
              written == null ? "" : written.sourceDigest(),
              written == null ? madeBefore(unit, item) : written.target(),
              written == null ? 0 : written.bytes()));
    }
    MigrateOptions options = settings.options();
    return new JournalRecord(
        earlier.root(),
        unit.name(),
        files,
        verdict,
        result.reason(),
        options.given(),
        options.verify() || result.verdict() == Verdict.ALREADY_THERE,
        options.durable(),
        earlier.thisBoot());
  }
}
