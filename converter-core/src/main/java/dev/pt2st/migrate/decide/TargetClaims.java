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

/**
 * The output names that sources of a directory claim. Only the few names with several claims are
 * stored.
 */
final class TargetClaims implements AutoCloseable {
  private final NameCounts counts;
  private final Map<String, Set<String>> sources = new HashMap<>();
  private final Set<String> dropped = new HashSet<>();

  TargetClaims() throws IOException {
    counts = new NameCounts();
  }

  /** Counts a claim to a name. */
  void add(String target) throws IOException {
    counts.add(target);
  }

  boolean anyTwice() {
    return counts.anyTwice();
  }

  /** Whether several sources may claim a name. */
  boolean isTwice(String target) {
    return counts.isTwice(target);
  }

  /** Stores the claim of a source to a name that several may claim. */
  void claim(Item item) {
    if (!isTwice(item.target())) {
      return;
    }
    sources.computeIfAbsent(item.target(), target -> new TreeSet<>()).add(item.source());
  }

  /** Withdraws the claim of a source. */
  void drop(Item item) {
    dropped.add(item.source());
  }

  boolean isDropped(Item item) {
    return dropped.contains(item.source());
  }

  /** The other sources that claim the same name. */
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
