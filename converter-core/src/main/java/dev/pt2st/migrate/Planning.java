package dev.pt2st.migrate;

import dev.pt2st.convert.options.ConvertOptions;
import java.nio.file.Path;

/**
 * What the directories of one walk are planned with.
 *
 * @param plan takes the units
 * @param realRoot the source tree without links
 * @param looks what files have turned out to be
 */
record Planning(
    Settings settings,
    Selection selection,
    Earlier earlier,
    MigrationPlan plan,
    Path realRoot,
    Looks looks) {

  ConvertOptions convertOptions() {
    return settings.options().convert();
  }
}
