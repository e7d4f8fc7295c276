package dev.pt2st.cli.work;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is migrated, and where to.
 *
 * @param source its name in reports
 * @param target the name there of where the outputs go
 * @param done the units already done, whose sources are not in the directory
 * @param noted is given every result
 * @param destination takes the outputs; null if they stay in the target tree
 */
record MigrateTask(
    ResourceName source,
    ResourceName target,
    MigrationSettings settings,
    List<UnitResult> done,
    Consumer<UnitResult> noted,
    @Nullable PlannedDestination destination) {
  /** A directory whose outputs stay on this disk. */
  MigrateTask(ResourceName source, MigrationSettings settings) {
    this(
        source, ResourceName.of(settings.target().root()), settings, List.of(), result -> {}, null);
  }

  /**
   * The same with outputs that go to a store.
   *
   * @param listed the files of the source if it is an address; empty for a directory
   */
  MigrateTask to(
      Location.Address store, Inputs inputs, Selection selection, List<Inputs.Listed> listed)
      throws IOException {
    UploadIdentity.OfUnit identity = UploadIdentity.ofUnits(source, settings, listed);
    return new MigrateTask(
        source,
        store.name(),
        settings,
        done,
        noted,
        plan -> new StoredOutputs(inputs, store, settings, selection, plan, identity, listed));
  }

  /** Makes the destination of a plan. */
  @FunctionalInterface
  interface PlannedDestination {
    StoredOutputs of(MigrationPlan plan) throws IOException;
  }
}
