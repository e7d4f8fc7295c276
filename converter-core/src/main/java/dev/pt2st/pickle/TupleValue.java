package dev.pt2st.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tuple}. As a key of a dict it is compared by content, so the number of values in it,
 * shared ones counted each time, is known from the start: a tuple of tuples doubles with each step.
 */
public final class TupleValue implements Value {
  static final TupleValue EMPTY = new TupleValue(List.of());

  /** A key of more values than this is no key that a checkpoint has. */
  private static final long MAX_KEY_WEIGHT = 10_000;

  private final List<Value> items;
  private final long weight;
  private final int depth;

  public TupleValue(List<Value> items) {
    this.items = List.copyOf(items);
    long sum = 1;
    int deepest = 0;
    for (Value item : items) {
      if (item instanceof TupleValue tuple) {
        sum += tuple.weight;
        deepest = Math.max(deepest, tuple.depth);
      } else {
        sum++;
      }
      // Saturated, so that it cannot overflow.
      sum = Math.min(sum, MAX_KEY_WEIGHT + 1);
    }
    this.weight = sum;
    this.depth = deepest + 1;
  }

  /** The items, in order. */
  public List<Value> items() {
    return items;
  }

  /** Whether it is small enough to be hashed and compared by content. */
  boolean isUsableAsKey() {
    return weight <= MAX_KEY_WEIGHT && depth <= 100;
  }

  /** The item, or null where the tuple is shorter. */
  public @Nullable Value get(int index) {
    return index < items.size() ? items.get(index) : null;
  }
}
