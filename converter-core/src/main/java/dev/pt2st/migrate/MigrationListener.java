package dev.pt2st.migrate;

/** Hears how a migration goes on. */
public interface MigrationListener {
  /** Work on a unit begins; called by the thread that does it. */
  default void begins(Unit unit) {}

  /** So many more bytes of sources have been done; called by several threads. */
  default void done(long bytes) {}

  /** Work on a unit has ended; called by the thread that did it. */
  default void ends(Unit unit) {}

  /**
   * The sources of a unit, whose result has been told, are not removed although that was asked for;
   * called when all units have been done.
   */
  default void stays(Unit unit, String why) {}

  /** The sources of a unit are removed, as was asked for; called by several threads. */
  default void removed(Unit unit) {}

  /** What became of a unit; called by one thread, in the order of the plan. */
  void result(Result result);
}
