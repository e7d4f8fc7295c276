package dev.pt2st.migrate.unit;

/**
 * Hears how a migration goes on. What it throws ends the run early; the units that were begun are
 * done again by the next one.
 */
public interface MigrationListener {
  /** Work on a unit begins; called by the thread that does it. */
  default void begins(MigrationUnit unit) {}

  /** So many more bytes of sources have been done; called by several threads. */
  default void done(long bytes) {}

  /** Work on a unit has ended; called by the thread that did it. */
  default void ends(MigrationUnit unit) {}

  /**
   * The sources of a unit, whose result has been told, are not removed although that was asked for;
   * called when all units have been done.
   */
  default void stays(MigrationUnit unit, String why) {}

  /** The sources of a unit are removed, as was asked for; called by several threads. */
  default void removed(MigrationUnit unit) {}

  /** What became of a unit; called by one thread, in the order of the plan. */
  void result(UnitResult result);
}
