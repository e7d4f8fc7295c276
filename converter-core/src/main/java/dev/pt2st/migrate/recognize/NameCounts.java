package dev.pt2st.migrate.recognize;

import dev.pt2st.io.spill.OffHeapIndex;
import java.io.IOException;

/**
 * Counts occurrences of many names outside of the heap. Two names may be counted as one, so it only
 * tells whether a name may occur twice.
 */
public final class NameCounts implements AutoCloseable {
  private final OffHeapIndex counts;
  private boolean twice;

  /** Creates an empty count. */
  public NameCounts() throws IOException {
    counts = new OffHeapIndex();
  }

  /** Counts a name. */
  public void add(String name) throws IOException {
    long count = counts.get(name) + 1;
    counts.put(name, count);
    twice |= count > 1;
  }

  /** Whether any name may occur twice. */
  public boolean anyTwice() {
    return twice;
  }

  /** Whether a name may occur twice. */
  public boolean isTwice(String name) {
    return counts.get(name) > 1;
  }

  @Override
  public void close() {
    counts.close();
  }
}
