package dev.pt2st.migrate.unit;

import dev.pt2st.RemedyWording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the planning and the work share.
 *
 * @param source the directory of the checkpoints
 * @param target where the outputs go: the same directory, or another one
 * @param options how it is done
 * @param wording of what can be done about a unit, in its reason
 * @param journal where it is kept what has been done; null for a file of the target tree
 */
public record MigrationSettings(
    PathTree source,
    PathTree target,
    MigrateOptions options,
    RemedyWording wording,
    @Nullable Path journal) {

  /** With a journal in the target tree. */
  public MigrationSettings(
      PathTree source, PathTree target, MigrateOptions options, RemedyWording wording) {
    this(source, target, options, wording, null);
  }

  /** With reasons for callers of this library. */
  public MigrationSettings(PathTree source, PathTree target, MigrateOptions options) {
    this(source, target, options, RemedyWording.PLAIN);
  }

  /** A target that is the source's directory under another name is taken for what it is. */
  public MigrationSettings {
    target = isSame(source, target) ? source : target;
  }

  private static boolean isSame(PathTree source, PathTree target) {
    try {
      return Files.isSameFile(source.root(), target.root());
    } catch (IOException e) {
      return false; // one of them is not there, or cannot be looked at: whoever needs it says so
    }
  }

  /** The same with a journal elsewhere; runs of other journals in the same tree are not seen. */
  public MigrationSettings withJournal(Path file) {
    return new MigrationSettings(source, target, options, wording, file);
  }

  /** Whether the outputs go to a directory of the source tree that is not the whole of it. */
  public boolean isTargetWithinSource() {
    try {
      return !inPlace() && target.root().toRealPath().startsWith(source.root().toRealPath());
    } catch (IOException e) {
      return false; // it is not there yet, and nothing is in it
    }
  }

  /** Whether the outputs stand beside their sources. */
  public boolean inPlace() {
    return source.equals(target);
  }
}
