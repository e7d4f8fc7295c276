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
 * The memo: an array where indices are dense, as every writer makes them, and a map for the others,
 * so that {@code LONG_BINPUT 4294967295} costs one entry. Where it is known which entries will ever
 * be asked for, the values of these alone are kept, and an entry of which nobody asks costs a bit.
 */
public final class Memo {
  private final long limit;
  private final Supplier<Place> where;
  private @Nullable Value[] dense = new @Nullable Value[256];
  private final Map<Long, Value> sparse = new HashMap<>(0);
  private int count;
  private @Nullable AskedEntries asked;

  /**
   * @param limit how many entries there may be, whatever their indices
   * @param where tells where the machine is, for complaints
   */
  public Memo(long limit, Supplier<Place> where) {
    this.limit = limit;
    this.where = where;
  }

  /**
   * Says which entries will ever be asked for; to be called before anything is put.
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

  /** Whether an index is one that the array takes, perhaps after it has grown. */
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
