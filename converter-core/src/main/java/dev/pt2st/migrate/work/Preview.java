package dev.pt2st.migrate.work;

import dev.pt2st.io.spill.OffHeapIndex;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.work.OrderedTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows the results that the work on a plan would have, without writing anything. */
public final class Preview {
  private final RunHistory earlier;
  private final MigrationPlan plan;
  private final UnitPreview files;
  private final LinkWriter links;

  /**
   * @param work does all work except links; it writes nothing here
   */
  public Preview(
      MigrationSettings settings, RunHistory earlier, UnitConverter work, MigrationPlan plan) {
    this.earlier = earlier;
    this.plan = plan;
    this.files = new UnitPreview(settings, earlier, work);
    this.links = new LinkWriter(settings, earlier, work);
  }

  /**
   * Looks at all units.
   *
   * @param jobs how many units are looked at at once
   * @param stopping whether no further units are to be begun
   */
  public void run(int jobs, BooleanSupplier stopping, MigrationListener listener)
      throws IOException {
    try (OffHeapIndex fit = new OffHeapIndex()) {
      run(jobs, plan.files(), stopping, fit, listener);
      run(1, plan.links(), stopping, fit, listener);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * @param fit the sources that would have outputs, to which links may lead
   */
  private void run(
      int jobs,
      Supplier<@Nullable MigrationUnit> units,
      BooleanSupplier stopping,
      OffHeapIndex fit,
      MigrationListener listener) {
    OrderedTasks.run(
        jobs,
        () -> stopping.getAsBoolean() ? null : units.get(),
        unit -> look(unit, fit, listener),
        result -> {
          addFit(result, fit);
          listener.result(result);
        });
  }

  private static void addFit(UnitResult result, OffHeapIndex fit) {
    if (!result.isConverted()) {
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

  private UnitResult look(MigrationUnit unit, OffHeapIndex fit, MigrationListener listener) {
    listener.begins(unit);
    try {
      return unit.isLink() && unit.action() == MigrationUnit.Action.CONVERT
          ? lookAtLink(unit, fit)
          : files.look(unit, earlier.record(unit));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      listener.done(plan.bytesToWorkOn(unit));
      listener.ends(unit);
    }
  }

  private UnitResult lookAtLink(MigrationUnit unit, OffHeapIndex fit) throws IOException {
    for (Item item : unit.files()) {
      if (fit.get(item.leadsTo()) == 0 && !links.hasOutput(item)) {
        return UnitResult.not(unit, Verdict.LEFT_ALONE, item.leadsTo() + LinkWriter.NOT_CONVERTED);
      }
    }
    return new UnitResult(unit, Verdict.LINKED, "", LinkWriter.written(unit), List.of());
  }
}
