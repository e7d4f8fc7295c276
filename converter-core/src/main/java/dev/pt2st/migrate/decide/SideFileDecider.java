package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import java.util.List;
import java.util.Optional;

/** Decides whether a side file, or a link to one, is put into the other tree. */
public final class SideFileDecider {
  private SideFileDecider() {}

  /**
   * The unit that puts an item beside the outputs under its own name.
   *
   * @param kind a side file, or a link to one
   * @return empty in place, or if side files are not wanted
   */
  public static Optional<MigrationUnit> decide(Item item, Kind kind, MigrationSettings settings) {
    if (settings.inPlace() || settings.options().sideFiles() == SideFiles.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        new MigrationUnit(
            kind, List.of(item.withTarget(item.source())), null, Action.PUT_BESIDE, ""));
  }
}
