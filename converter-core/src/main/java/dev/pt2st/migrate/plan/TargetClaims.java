package dev.pt2st.migrate.plan;

import dev.pt2st.io.OffHeapIndex;
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
  private final OffHeapIndex counts;
  private final Map<String, Set<String>> sources = new HashMap<>();
  private final Set<String> dropped = new HashSet<>();
  private boolean twice;

  TargetClaims() throws IOException {
    counts = new OffHeapIndex();
  }

  /** Counts a name that is wanted. */
  void add(String target) throws IOException {
    long count = counts.get(target) + 1;
    counts.put(target, count);
    twice |= count > 1;
  }

  boolean anyTwice() {
    return twice;
  }

  /** Whether several may want a name. */
  boolean isTwice(String target) {
    return counts.get(target) > 1;
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
