package dev.pt2st.migrate.unit;

import dev.pt2st.Glob;
import java.util.List;

/**
 * Which files a migration looks at, by their names below the source tree, with slashes. A {@code *}
 * stands for slashes too.
 *
 * @param include one of these must match a checkpoint; empty: all do
 * @param exclude what one of these matches is passed over
 */
public record Selection(List<Glob> include, List<Glob> exclude) {
  /** Every file. */
  public static final Selection ALL = new Selection(List.of(), List.of());

  public Selection {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Of patterns as a user writes them. */
  public static Selection of(List<String> include, List<String> exclude) {
    return new Selection(
        include.stream().map(Glob::new).toList(), exclude.stream().map(Glob::new).toList());
  }

  public boolean excludes(String name) {
    return exclude.stream().anyMatch(glob -> glob.matches(name));
  }

  public boolean includes(String name) {
    return include.isEmpty() || include.stream().anyMatch(glob -> glob.matches(name));
  }
}
