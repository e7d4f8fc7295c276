package dev.pt2st.units;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The units that need not be done again because their results exist. */
public final class KnownResults {
  private final Set<UnitKey> keys = new HashSet<>();

  /** Creates an empty set. */
  public KnownResults() {}

  /**
   * Reads the results in a folder.
   *
   * @throws IOException if they cannot be read, or a line is not a result
   */
  public static KnownResults of(ResultsFolder results) throws IOException {
    KnownResults known = new KnownResults();
    results.each((result, line) -> known.add(result));
    return known;
  }

  /** Adds a result if it is final. */
  public void add(UnitResult result) {
    if (result.isFinal()) {
      keys.add(result.key());
    }
  }

  /** Whether the result of a unit is among them. */
  public boolean has(WorkUnit unit, String tool) {
    return keys.contains(unit.key(tool));
  }

  /** The number of final results. */
  public int size() {
    return keys.size();
  }
}
