package dev.pt2st.cli.report;

import dev.pt2st.migrate.Migration;

/** Says how to go on, where a signal stops a migration. */
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
      // The program is being stopped, and the hook says so.
    }
  }
}
