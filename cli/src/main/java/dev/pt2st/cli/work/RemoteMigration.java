package dev.pt2st.cli.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.input.FetchHistory;
import dev.pt2st.cli.input.FetchPlan;
import dev.pt2st.cli.input.FetchedFolder;
import dev.pt2st.cli.input.FolderReading;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.FetchReport;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.TemporaryFiles;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A migration of which one end at least is not on this disk. The files of an address are fetched
 * into a folder first, and outputs for a store are made in a folder and sent from there.
 */
public final class RemoteMigration {
  private final MigrateWork work;
  private final Inputs inputs;
  private final SideFiles sideFiles;
  private final int connections;

  /**
   * @param work migrates the folders
   * @param inputs fetches and sends
   * @param sideFiles what becomes of files that are not checkpoints
   * @param connections how many requests are under way at once
   */
  public RemoteMigration(MigrateWork work, Inputs inputs, SideFiles sideFiles, int connections) {
    this.work = work;
    this.inputs = inputs;
    this.sideFiles = sideFiles;
    this.connections = connections;
  }

  /** Migrates an address into a tree of this disk. */
  public ExitCode migrate(Location.Address source, Path target)
      throws CheckpointException, IOException {
    MigrateWork.checkTarget(target);
    return migrate(source, target, null);
  }

  /** Makes the outputs in a private folder of this disk, and sends each to a store. */
  public ExitCode migrate(Location source, Location.Address store)
      throws CheckpointException, IOException {
    Path made = ScratchFolder.TEMPORARY.directory().resolve("migration");
    try (FetchedFolder folder = FetchedFolder.beside(made, store)) {
      return switch (source) {
        case Location.Address address -> migrate(address, folder.root(), store);
        case Location.OnDisk(Path path) ->
            work.migrate(
                new MigrateTask(source.name(), work.settings(path, folder.root()))
                    .to(store, inputs, work.selection(), List.of()));
      };
    }
  }

  /**
   * Migrates an address.
   *
   * @param target the folder of the outputs
   * @param store where they go from there; null if they stay
   */
  private ExitCode migrate(Location.Address address, Path target, Location.@Nullable Address store)
      throws CheckpointException, IOException {
    List<Inputs.Listed> listed = inputs.listAll(address);
    FetchPlan all = FetchPlan.of(listed, work.selection(), sideFiles);
    FetchHistory history =
        FetchHistory.of(target, address, work.settings(target, target).options());
    FetchPlan plan = all.without(history.done(all.files()));
    FetchReport report = new FetchReport(work.terminal(), plan);
    if (work.display().isDry()) {
      report.printAll(address);
      return ExitCode.DONE;
    }
    if (!work.display().isQuiet()) {
      report.printTotals(address);
    }
    Path beside = store == null ? target : ScratchFolder.TEMPORARY.directory().resolve("fetched");
    try (FetchedFolder fetched = FetchedFolder.resumable(beside, address)) {
      fetched.checkRoom(plan.bytes(), FolderReading.Parts.CONVERT);
      try {
        fetched.fetch(inputs, plan.files(), connections);
      } catch (IOException e) {
        fetched.tellKept(work.terminal(), address);
        throw e;
      }
      Consumer<UnitResult> noted = result -> note(history, result, listed);
      MigrationSettings settings = work.settings(fetched.root(), target);
      MigrateTask task =
          new MigrateTask(
              address.name(), ResourceName.of(target), settings, plan.done(), noted, null);
      ExitCode code =
          work.migrate(store == null ? task : task.to(store, inputs, work.selection(), listed));
      if (!TemporaryFiles.isStopping()) {
        fetched.setDone();
      }
      return code;
    }
  }

  private static void note(FetchHistory history, UnitResult result, List<Inputs.Listed> listed) {
    try {
      history.add(result, listed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
