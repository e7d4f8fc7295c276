package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;

/**
 * Decides what is done with a checkpoint that turned out not to be a model when it was read: it
 * holds the state of an optimizer or of random number generators ({@link
 * dev.pt2st.migrate.content.TrainingState}), or no tensors. It is left unchanged. If an index names
 * it as a shard, the whole model is refused.
 */
public final class TrainingStateDecider {
  private TrainingStateDecider() {}

  /** The result of a unit with a file that is not a model. */
  public static UnitResult decide(MigrationUnit unit, NotAModelException found) {
    Item index = unit.index();
    if (index == null) {
      return UnitResult.not(unit, Verdict.LEFT_ALONE, found.what());
    }
    // Without an index, nothing claims that these files are a model.
    return UnitResult.not(
        unit,
        index.isMade() ? Verdict.LEFT_ALONE : Verdict.REFUSED,
        "the shard " + found.file().getFileName() + " is not a model: " + found.what());
  }
}
