package dev.pt2st.migrate.plan;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.nio.file.Path;

/**
 * What the directories of one walk are planned with.
 *
 * @param plan takes the units
 * @param realRoot the source tree without links
 * @param looks what files have turned out to be
 */
record PlanningContext(
    MigrationSettings settings,
    Selection selection,
    RunHistory earlier,
    MigrationPlan plan,
    Path realRoot,
    FileKindCache looks) {

  ConvertOptions convertOptions() {
    return settings.options().convert();
  }
}
