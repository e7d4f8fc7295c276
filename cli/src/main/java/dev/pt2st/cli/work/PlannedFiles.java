package dev.pt2st.cli.work;

import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.units.UnitTask;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides by name only which files of a directory or of a store are planned, and how their outputs
 * are named.
 *
 * @param task the task of each unit
 * @param base where outputs go, with a trailing slash; null if there are none
 * @param selection the user's patterns
 * @param isIncluding whether there are include patterns
 */
public record PlannedFiles(
    UnitTask task, @Nullable String base, Selection selection, boolean isIncluding) {
  /** A shard of a model; shards are only converted together. */
  private static final Pattern SHARD = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  /**
   * Whether a file is planned. A scan takes every file. The other tasks take files with the name of
   * a checkpoint, and those that the user names or includes by a pattern.
   *
   * @param name the path below the user's argument
   * @param isNamed whether the user named the file itself
   */
  public boolean includes(String name, boolean isNamed) {
    if (!selection.includes(name) || selection.excludes(name)) {
      return false;
    }
    boolean isChosen = isNamed || isIncluding;
    return switch (task) {
      case SCAN -> true;
      case CHECKSUM ->
          isChosen
              || name.endsWith(ShardNames.EXTENSION)
              || ConvertTarget.isNamedAsCheckpoint(Path.of(name));
      case CONVERT, VERIFY ->
          isChosen
              || (ConvertTarget.isNamedAsCheckpoint(Path.of(name)) && !SHARD.matcher(name).find());
    };
  }

  /** The output of a file; empty if it has none. */
  public String target(String name) {
    return base == null ? "" : base + TargetNames.ofPath(name);
  }
}
