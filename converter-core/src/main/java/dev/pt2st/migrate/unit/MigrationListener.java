package dev.pt2st.migrate.unit;

/**
 * Receives the progress of a migration. An exception that it throws ends the run early; the next
 * run repeats the units that had begun.
 */
public interface MigrationListener {
  /** Work on a unit begins; called by the thread that does it. */
  default void begins(MigrationUnit unit) {}

  /** This many more bytes of sources have been processed; called by several threads. */
  default void done(long bytes) {}

  /** Work on a unit has ended; called by the thread that did it. */
  default void ends(MigrationUnit unit) {}

  /**
   * The sources of a unit are not removed although that was asked for. Called when all units are
   * done, after the unit's result.
   */
  default void stays(MigrationUnit unit, String why) {}

  /** The sources of a unit are removed, as was asked for; called by several threads. */
  default void removed(MigrationUnit unit) {}

  /** The result of a unit; called by one thread, in the order of the plan. */
  void result(UnitResult result);
}
