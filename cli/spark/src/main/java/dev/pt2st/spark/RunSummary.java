package dev.pt2st.spark;

import dev.pt2st.units.BinWork;
import java.io.Serializable;

/**
 * The summary of a run.
 *
 * @param units of the plan
 * @param before how many of them had a result already
 * @param done how many have one now
 * @param failed how many the next run tries again
 * @param changed how many are to be planned again, as their files are others by now
 */
public record RunSummary(long units, long before, long done, long failed, long changed)
    implements Serializable {
  static final RunSummary NONE = new RunSummary(0, 0, 0, 0, 0);

  static RunSummary of(long before, BinWork.Counts counts) {
    long units = before + counts.done() + counts.failed() + counts.changed();
    return new RunSummary(units, before, counts.done(), counts.failed(), counts.changed());
  }

  RunSummary and(RunSummary more) {
    return new RunSummary(
        units + more.units,
        before + more.before,
        done + more.done,
        failed + more.failed,
        changed + more.changed);
  }

  /** Whether every unit has a result that stands. */
  public boolean isComplete() {
    return failed == 0 && changed == 0;
  }
}
