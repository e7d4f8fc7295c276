package dev.pt2st.cli.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.MigrateProgress;
import dev.pt2st.cli.report.MigrateReport;
import dev.pt2st.cli.report.StopNote;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.Migration;
import dev.pt2st.migrate.unit.Destination;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The migration of a directory, and what is shown of it. */
public final class MigrateWork {
  private final Terminal terminal;
  private final Settings settings;
  private final Selection selection;
  private final Display display;
  private final int threads;

  /** Makes the settings of a migration. */
  @FunctionalInterface
  public interface Settings {
    /**
     * Settings with the options of the command.
     *
     * @param source the directory that is migrated
     * @param target where its outputs are written
     */
    MigrationSettings of(Path source, Path target) throws MalformedException, IOException;
  }

  /**
   * What is shown of a migration.
   *
   * @param isDry whether only the plan is shown, and nothing is written
   * @param isQuiet whether only what was refused or failed is shown
   * @param report the file of the report in JSON
   * @param page the file of the report in HTML
   */
  public record Display(
      boolean isDry, boolean isQuiet, Optional<Path> report, Optional<Path> page) {
    /**
     * The folders of the reports, in which a run that was killed while renaming a report may have
     * left a file.
     */
    private Path[] folders() {
      return Stream.of(report, page)
          .flatMap(Optional::stream)
          .map(file -> file.toAbsolutePath().getParent())
          .filter(Objects::nonNull)
          .distinct()
          .toArray(Path[]::new);
    }
  }

  /**
   * @param selection what of the source is looked at
   * @param threads how many units are worked on at once
   */
  public MigrateWork(
      Terminal terminal, Settings settings, Selection selection, Display display, int threads) {
    this.terminal = terminal;
    this.settings = settings;
    this.selection = selection;
    this.display = display;
    this.threads = threads;
  }

  /** Migrates a directory into a tree of this disk, which may be itself. */
  public ExitCode migrate(Path directory, Path target) throws CheckpointException, IOException {
    return migrate(new MigrateTask(ResourceName.of(directory), settings.of(directory, target)));
  }

  Terminal terminal() {
    return terminal;
  }

  Display display() {
    return display;
  }

  Selection selection() {
    return selection;
  }

  MigrationSettings settings(Path source, Path target) throws MalformedException, IOException {
    return settings.of(source, target);
  }

  /** Migrates what a task says, and prints what came of it. */
  ExitCode migrate(MigrateTask task) throws IOException {
    MigrationSettings migrated = task.settings();
    checkTarget(migrated.target().root());
    Path kept = Migration.journalOf(migrated);
    boolean isFirst = !display.isDry() && task.destination() == null && !Files.exists(kept);
    try (Migration migration =
            display.isDry() ? Migration.forPreview(migrated) : Migration.open(migrated);
        MigrateProgress progress = new MigrateProgress(terminal, threads);
        MigrateReport results = report(task, progress)) {
      int removed = display.isDry() ? 0 : migration.removeStale(display.folders());
      results.begin(removed, isFirst ? kept : null);
      MigrationPlan plan = migration.plan(selection, path -> progress.looked());
      results.planned(plan);
      progress.planned(plan);
      progress.tell(results);
      task.done().forEach(progress::result);
      progress.tell(task.noted());
      MigrateTask.PlannedDestination destination = task.destination();
      return run(migration, progress, results, destination == null ? null : destination.of(plan));
    }
  }

  private ExitCode run(
      Migration migration,
      MigrateProgress progress,
      MigrateReport results,
      @Nullable StoredOutputs store)
      throws IOException {
    if (display.isDry()) {
      if (store != null) {
        progress.showAs(store::previewed);
      }
      migration.preview(threads, progress);
    } else {
      StopNote note = new StopNote(migration, progress, results);
      try (note) {
        migration.run(threads, progress, store == null ? Destination.TARGET_TREE : store);
      }
      if (TemporaryFiles.isStopping()) {
        return ExitCode.FAILED; // the signal ends the process, which was already reported
      }
    }
    progress.close();
    return results.end();
  }

  private MigrateReport report(MigrateTask task, MigrateProgress progress) throws IOException {
    return new MigrateReport(
        terminal,
        progress,
        task.source(),
        task.target(),
        task.settings(),
        display.isDry(),
        display.isQuiet(),
        display.report(),
        display.page());
  }

  /** Checks that the target of a migration is a directory, or is not there yet. */
  static void checkTarget(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(), null, "is a file, and --out needs a directory, there or not yet");
    }
  }
}
