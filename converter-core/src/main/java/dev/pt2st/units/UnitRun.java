package dev.pt2st.units;

import dev.pt2st.units.BinWork.Counts;
import dev.pt2st.work.OrderedTasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs one worker's part of a plan: a few threads work on its bins, each bin in one thread. */
public final class UnitRun {
  private final UnitPlan plan;
  private final UnitWork work;
  private final ResultsFolder results;

  /** Creates a run whose results go into a folder, from which a repeated run knows them. */
  public UnitRun(UnitPlan plan, UnitWork work, ResultsFolder results) {
    this.plan = plan;
    this.work = work;
    this.results = results;
  }

  /**
   * The summary of a run.
   *
   * @param units the number of this worker's units
   * @param before how many of them had a result already
   * @param counts the outcomes of the others
   */
  public record Summary(long units, long before, Counts counts) {}

  /** The summary of a bin. */
  private record BinSummary(long before, Counts counts) {}

  /**
   * Does the remaining units of one worker's part.
   *
   * @param shard the number of the worker, from 0
   * @param shards the number of workers
   * @param threads how many bins are worked on at once
   * @throws IOException if results cannot be read or written
   */
  public Summary run(int shard, int shards, int threads) throws IOException {
    KnownResults known = KnownResults.of(results);
    List<UnitPlan.Bin> bins = plan.bins(shard, shards);
    Iterator<UnitPlan.Bin> next = bins.iterator();
    BinWork binWork = new BinWork(work, results);
    List<BinSummary> done = new ArrayList<>();
    try {
      OrderedTasks.run(
          threads,
          () -> next.hasNext() ? next.next() : null,
          bin -> run(bin, binWork, known),
          done::add);
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
    long units = bins.stream().mapToLong(bin -> bin.units().size()).sum();
    long before = done.stream().mapToLong(BinSummary::before).sum();
    Counts counts = done.stream().map(BinSummary::counts).reduce(Counts.NONE, Counts::and);
    return new Summary(units, before, counts);
  }

  private BinSummary run(UnitPlan.Bin bin, BinWork binWork, KnownResults known) {
    try {
      List<WorkUnit> left = new ArrayList<>();
      for (int index : bin.units()) {
        WorkUnit unit = plan.unit(index);
        if (!known.has(unit, work.tool())) {
          left.add(unit);
        }
      }
      long before = (long) bin.units().size() - left.size();
      return new BinSummary(before, left.isEmpty() ? Counts.NONE : binWork.on(left));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
