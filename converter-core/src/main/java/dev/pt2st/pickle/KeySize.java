package dev.pt2st.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a tuple or frozen set is as a key, which is compared by content: known before that is
 * done, because a tuple of two tuples of two tuples doubles with each step.
 *
 * @param weight the number of values in it, shared ones counted each time
 * @param depth how many tuples and frozen sets are inside one another
 */
record KeySize(long weight, int depth) {
  /** A key of more values, or deeper, is none that a checkpoint has. */
  private static final long MAX_WEIGHT = 10_000;

  private static final int MAX_DEPTH = 100;

  private static final int SMALL_WEIGHT = 32;
  private static final int SMALL_DEPTH = 4;

  /** The sizes of small tuples, which nearly all are, by depth and weight. */
  private static final KeySize[] SMALL = new KeySize[SMALL_DEPTH * SMALL_WEIGHT];

  static {
    for (int i = 0; i < SMALL.length; i++) {
      SMALL[i] = new KeySize(i % SMALL_WEIGHT, i / SMALL_WEIGHT);
    }
  }

  private static KeySize of(long weight, int depth) {
    return weight < SMALL_WEIGHT && depth < SMALL_DEPTH
        ? SMALL[depth * SMALL_WEIGHT + (int) weight]
        : new KeySize(weight, depth);
  }

  static KeySize of(List<Value> items) {
    long weight = 1;
    int depth = 1;
    for (int i = 0; i < items.size(); i++) { // every tuple comes by here: no iterator for each
      KeySize inner = sizeOf(items.get(i));
      weight = Math.min(weight + (inner == null ? 1 : inner.weight), MAX_WEIGHT + 1);
      depth = inner == null ? depth : Math.max(depth, deeper(inner));
    }
    return of(weight, depth);
  }

  /** That of a set to which an item is added; does not grow beyond what matters. */
  KeySize with(Value item) {
    KeySize inner = sizeOf(item);
    return of(
        Math.min(weight + (inner == null ? 1 : inner.weight), MAX_WEIGHT + 1),
        inner == null ? depth : Math.max(depth, deeper(inner)));
  }

  private static int deeper(KeySize inner) {
    return Math.min(inner.depth + 1, MAX_DEPTH + 1);
  }

  /** The size of a tuple or set; null for any other value, which counts as one. */
  private static @Nullable KeySize sizeOf(Value item) {
    return switch (item) {
      case TupleValue tuple -> tuple.size();
      case SetValue set -> set.size();
      default -> null;
    };
  }

  boolean isUsable() {
    return weight <= MAX_WEIGHT && depth <= MAX_DEPTH;
  }
}
