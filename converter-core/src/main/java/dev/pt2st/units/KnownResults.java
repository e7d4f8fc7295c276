package dev.pt2st.units;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Which units need not be done again, as their results are there. */
public final class KnownResults {
  private final Set<UnitKey> keys = new HashSet<>();

  /** None are. */
  public KnownResults() {}

  /**
   * Those of a folder.
   *
   * @throws IOException if they cannot be read, or one of their lines is no result
   */
  public static KnownResults of(ResultsFolder results) throws IOException {
    KnownResults known = new KnownResults();
    results.each((result, line) -> known.add(result));
    return known;
  }

  /** Adds a result, if it is one that stands. */
  public void add(UnitResult result) {
    if (result.isFinal()) {
      keys.add(result.key());
    }
  }

  /** Whether the result of a unit is among them. */
  public boolean has(WorkUnit unit, String tool) {
    return keys.contains(unit.key(tool));
  }

  /** How many there are. */
  public int size() {
    return keys.size();
  }
}
