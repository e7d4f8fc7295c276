package dev.pt2st.pickle;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memo: an array for dense indices, which all writers use, and a map for others, so that {@code
 * LONG_BINPUT 4294967295} costs one entry. If it is known which entries the pickle reads, only
 * their values are kept, and any other entry costs one bit.
 */
public final class Memo {
  private final long limit;
  private final Supplier<Place> where;
  private @Nullable Value[] dense = new @Nullable Value[256];
  private final Map<Long, Value> sparse = new HashMap<>(0);
  private int count;
  private @Nullable AskedEntries asked;

  /**
   * @param limit the maximum number of entries, whatever their indices
   * @param where gives the current place in the stream, for messages
   */
  public Memo(long limit, Supplier<Place> where) {
    this.limit = limit;
    this.where = where;
  }

  /**
   * Sets which entries the pickle reads; called before anything is put.
   *
   * @param indices null if that is not known
   */
  void keepOnly(@Nullable BitSet indices) {
    asked = indices == null ? null : new AskedEntries(indices);
  }

  /** Whether the value of an entry is kept. */
  boolean isKept(long index) {
    return asked == null || asked.isAsked(index);
  }

  /** The number of entries: the index that MEMOIZE takes. */
  public int size() {
    return count;
  }

  /** Whether an index goes into the array, perhaps after it has grown. */
  boolean isDense(long index) {
    return (asked == null && index < dense.length) || index <= 2L * count + 256;
  }

  public void put(long index, Value made) throws LimitException {
    if (asked != null && index <= Integer.MAX_VALUE && (isDense(index) || isKept(index))) {
      if (asked.put((int) index, made) && (sparse.isEmpty() || sparse.remove(index) == null)) {
        countOne();
      }
      return;
    }
    if (index >= dense.length && isDense(index)) {
      dense = Arrays.copyOf(dense, (int) Math.min(Integer.MAX_VALUE - 16, 4L * count + 512));
      moveToDense();
    }
    if (asked == null && index < dense.length) {
      if (dense[(int) index] == null) {
        countOne();
      }
      dense[(int) index] = made;
    } else if (sparse.put(index, asked == null ? made : Value.None.NONE) == null) {
      countOne();
    }
  }

  private void countOne() throws LimitException {
    if (count >= limit) {
      throw new LimitException(
          where.get(), Limit.MEMO, "its memo grows to more than " + limit + " entries");
    }
    count++;
  }

  private void moveToDense() {
    sparse
        .entrySet()
        .removeIf(entry -> {
          boolean fits = entry.getKey() < dense.length;
          if (fits) {
            dense[entry.getKey().intValue()] = entry.getValue();
          }
          return fits;
        });
  }

  public @Nullable Value get(long index) {
    if (asked != null) {
      return asked.get(index);
    }
    return index < dense.length ? dense[(int) index] : sparse.get(index);
  }
}
