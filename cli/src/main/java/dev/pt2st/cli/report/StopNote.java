package dev.pt2st.cli.report;

import dev.pt2st.migrate.Migration;

/** Explains how to continue after a signal has stopped a migration. */
public final class StopNote implements AutoCloseable {
  private final Thread hook;

  public StopNote(Migration migration, MigrateProgress progress, MigrateReport results) {
    hook =
        Thread.ofPlatform()
            .unstarted(() -> {
              migration.stop();
              progress.close();
              results.stopped();
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is being stopped, and the hook prints the note.
    }
  }
}
