package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;

/**
 * Decides what becomes of a checkpoint that holds no model, which is known once it has been read:
 * the state of an optimizer or of random number generators, as {@link
 * dev.pt2st.migrate.content.TrainingState} recognises it, or no tensor at all. It is left alone. A
 * shard that its index calls a part of a model makes the whole model refused.
 */
public final class TrainingStateDecider {
  private TrainingStateDecider() {}

  /** What becomes of a unit in which a file is no model. */
  public static UnitResult decide(MigrationUnit unit, NotAModelException found) {
    Item index = unit.index();
    if (index == null) {
      return UnitResult.not(unit, Verdict.LEFT_ALONE, found.what());
    }
    // Without an index nobody has said that these files are a model.
    return UnitResult.not(
        unit,
        index.isMade() ? Verdict.LEFT_ALONE : Verdict.REFUSED,
        "the shard " + found.file().getFileName() + " is no model: " + found.what());
  }
}
