package dev.pt2st.pickle;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import java.util.function.Supplier;

/**
 * Counts the heap that the values of a file take, before they are made. The estimate is of the
 * right size on a 64-bit JVM with compressed references: an object with its slot in a container.
 */
public final class HeapBudget {
  static final int OBJECT = 48;
  static final int CONTAINER = 120;
  static final int SLOT = 8;
  static final int MAP_ENTRY = 88;

  private final long limit;
  private long used;

  public HeapBudget(Limits limits) {
    this.limit = limits.get(Limit.HEAP_BYTES);
  }

  void charge(long bytes, Supplier<Place> where) throws LimitException {
    used += bytes;
    if (used > limit) {
      throw new LimitException(
          where.get(),
          Limit.HEAP_BYTES,
          "the values of its pickles take more than " + limit + " bytes of memory");
    }
  }
}
