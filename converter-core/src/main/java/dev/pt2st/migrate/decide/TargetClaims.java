package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.recognize.NameCounts;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which sources of a directory want which name. Only the few names that two want are held. */
final class TargetClaims implements AutoCloseable {
  private final NameCounts counts;
  private final Map<String, Set<String>> sources = new HashMap<>();
  private final Set<String> dropped = new HashSet<>();

  TargetClaims() throws IOException {
    counts = new NameCounts();
  }

  /** Counts a name that is wanted. */
  void add(String target) throws IOException {
    counts.add(target);
  }

  boolean anyTwice() {
    return counts.anyTwice();
  }

  /** Whether several may want a name. */
  boolean isTwice(String target) {
    return counts.isTwice(target);
  }

  /** Says who wants a name that several may want. */
  void claim(Item item) {
    if (!isTwice(item.target())) {
      return;
    }
    sources.computeIfAbsent(item.target(), target -> new TreeSet<>()).add(item.source());
  }

  /** Says that a source wants none after all. */
  void drop(Item item) {
    dropped.add(item.source());
  }

  boolean isDropped(Item item) {
    return dropped.contains(item.source());
  }

  /** The other sources that want the name that one wants. */
  List<String> othersOf(String source, String target) {
    return sources.getOrDefault(target, Set.of()).stream()
        .filter(other -> !other.equals(source))
        .toList();
  }

  @Override
  public void close() {
    counts.close();
  }
}
