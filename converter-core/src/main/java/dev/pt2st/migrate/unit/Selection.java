package dev.pt2st.migrate.unit;

import dev.pt2st.text.Glob;
import java.util.List;

/**
 * Selects the files that a migration looks at, by their names below the source tree, with slashes.
 * In a pattern, {@code *} matches any characters including slashes, {@code ?} matches one
 * character, and a backslash escapes the next character. Immutable.
 */
public final class Selection {
  /** Every file. */
  public static final Selection ALL = of(List.of(), List.of());

  private final List<Glob> include;
  private final List<Glob> exclude;

  private Selection(List<Glob> include, List<Glob> exclude) {
    this.include = include;
    this.exclude = exclude;
  }

  /**
   * Creates a selection from patterns.
   *
   * @param include a checkpoint must match one of these; empty to include all
   * @param exclude files and directories that match one of these are passed over
   */
  public static Selection of(List<String> include, List<String> exclude) {
    return new Selection(
        include.stream().map(Glob::new).toList(), exclude.stream().map(Glob::new).toList());
  }

  /**
   * Whether a file or a directory is passed over.
   *
   * @param name its path below the source tree, with slashes
   */
  public boolean excludes(String name) {
    return exclude.stream().anyMatch(glob -> glob.matches(name));
  }

  /**
   * Whether a file, or a directory that contains it, is passed over.
   *
   * @param name its path below the source tree, with slashes
   */
  public boolean excludesPath(String name) {
    for (String path = name; !path.isEmpty(); path = PathTree.parent(path)) {
      if (excludes(path)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a checkpoint is converted, unless it is excluded.
   *
   * @param name its path below the source tree, with slashes
   */
  public boolean includes(String name) {
    return include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(name));
  }
}
