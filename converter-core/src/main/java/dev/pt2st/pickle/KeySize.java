package dev.pt2st.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The size of a tuple or frozen set as a key. It is known before the key is compared by content,
 * since a tuple of two tuples of two tuples doubles with each level.
 *
 * @param weight the number of values in it, shared ones counted each time
 * @param depth how many tuples and frozen sets are inside one another
 */
record KeySize(long weight, int depth) {
  /** No key of a checkpoint has more values or is deeper. */
  private static final long MAX_WEIGHT = 10_000;

  private static final int MAX_DEPTH = 100;

  private static final int SMALL_WEIGHT = 32;
  private static final int SMALL_DEPTH = 4;

  /** Shared sizes of small tuples, by depth and weight: nearly all tuples are small. */
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
    for (int i = 0; i < items.size(); i++) { // called for every tuple, so no iterator
      KeySize inner = sizeOf(items.get(i));
      weight = Math.min(weight + (inner == null ? 1 : inner.weight), MAX_WEIGHT + 1);
      depth = inner == null ? depth : Math.max(depth, deeper(inner));
    }
    return of(weight, depth);
  }

  /** The size of a set after an item is added; it stops growing beyond the maximum. */
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
