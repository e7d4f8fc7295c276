package dev.pt2st;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which globals are accepted: the built-in list, and what the user adds to it as inert records.
 * Immutable.
 */
public final class Policy {
  /** The built-in list alone; unlisted globals that are only named outside the root do no harm. */
  public static final Policy STANDARD = new Policy(List.of(), Set.of(), false, false);

  private final List<Glob> allowed;
  private final Set<String> names;
  private final boolean inert;
  private final boolean strict;

  private Policy(List<Glob> allowed, Set<String> names, boolean inert, boolean strict) {
    this.allowed = allowed;
    this.names = names;
    this.inert = inert;
    this.strict = strict;
  }

  /**
   * Accepts names as inert records.
   *
   * @param glob a full name, in which {@code *} stands for any characters and {@code ?} for one; a
   *     backslash takes its meaning from the character behind it
   */
  public Policy allow(String glob) {
    List<Glob> more = new ArrayList<>(allowed);
    more.add(new Glob(glob));
    return new Policy(List.copyOf(more), names, inert, strict);
  }

  /** Accepts the exact names of an organisation's own list, as inert records. */
  public Policy allow(PolicyFile list) {
    Set<String> more = new HashSet<>(names);
    list.entries().forEach(entry -> more.add(entry.name()));
    return new Policy(allowed, Set.copyOf(more), inert, strict);
  }

  /** Accepts every name as an inert record. */
  public Policy withInert(boolean accepted) {
    return new Policy(allowed, names, accepted, strict);
  }

  /** Wants every global of a file on the list, wherever it stands. */
  public Policy withStrict(boolean wanted) {
    return new Policy(allowed, names, inert, wanted);
  }

  public boolean isStrict() {
    return strict;
  }

  /**
   * Whether the user accepts a name besides those of the built-in list.
   *
   * @param name module and qualified name, joined by a dot, as Python 3 has them
   */
  public boolean accepts(String name) {
    return inert || names.contains(name) || allowed.stream().anyMatch(glob -> glob.matches(name));
  }
}
