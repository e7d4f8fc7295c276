package dev.pt2st.migrate.unit;

import dev.pt2st.RemedyWording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a migration.
 *
 * @param source the directory of the checkpoints
 * @param target where the outputs go: the same directory, or another one
 * @param options how the migration is done
 * @param wording words the remedies in reasons
 * @param journal the path of the journal; null for the default file in the target tree
 */
public record MigrationSettings(
    PathTree source,
    PathTree target,
    MigrateOptions options,
    RemedyWording wording,
    @Nullable Path journal) {

  /** Settings with a journal in the target tree. */
  public MigrationSettings(
      PathTree source, PathTree target, MigrateOptions options, RemedyWording wording) {
    this(source, target, options, wording, null);
  }

  /** Settings with remedies worded for callers of this library. */
  public MigrationSettings(PathTree source, PathTree target, MigrateOptions options) {
    this(source, target, options, RemedyWording.PLAIN);
  }

  /** If the target is the source directory under another name, it is replaced by the source. */
  public MigrationSettings {
    target = isSame(source, target) ? source : target;
  }

  private static boolean isSame(PathTree source, PathTree target) {
    try {
      return Files.isSameFile(source.root(), target.root());
    } catch (IOException e) {
      return false; // using it later reports the error
    }
  }

  /**
   * These settings with another journal. Runs with other journals in the same tree are not seen.
   */
  public MigrationSettings withJournal(Path file) {
    return new MigrationSettings(source, target, options, wording, file);
  }

  /** Whether the outputs go to a directory of the source tree that is not the whole of it. */
  public boolean isTargetWithinSource() {
    try {
      return !inPlace() && target.root().toRealPath().startsWith(source.root().toRealPath());
    } catch (IOException e) {
      return false; // it does not exist yet
    }
  }

  /** Whether the outputs are written beside their sources. */
  public boolean inPlace() {
    return source.equals(target);
  }
}
