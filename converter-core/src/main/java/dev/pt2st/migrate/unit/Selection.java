package dev.pt2st.migrate.unit;

import dev.pt2st.text.Glob;
import java.util.List;

/**
 * Which files a migration looks at, by their names below the source tree, with slashes. In a
 * pattern a {@code *} stands for any characters, slashes too, a {@code ?} for one, and a backslash
 * takes its meaning from the character behind it. Immutable.
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
   * Of patterns as a user writes them.
   *
   * @param include one of these must match a checkpoint; empty: all do
   * @param exclude what one of these matches is passed over
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
   * Whether a checkpoint is converted, unless it is excluded.
   *
   * @param name its path below the source tree, with slashes
   */
  public boolean includes(String name) {
    return include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(name));
  }
}
