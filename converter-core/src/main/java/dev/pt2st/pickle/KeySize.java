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

  /** The sizes of short tuples without others inside, which nearly all are. */
  private static final KeySize[] FLAT = new KeySize[32];

  static {
    for (int weight = 0; weight < FLAT.length; weight++) {
      FLAT[weight] = new KeySize(weight, 1);
    }
  }

  static KeySize of(List<Value> items) {
    long weight = 1;
    int depth = 1;
    for (int i = 0; i < items.size(); i++) { // every tuple comes by here: no iterator for each
      KeySize inner = sizeOf(items.get(i));
      weight = Math.min(weight + (inner == null ? 1 : inner.weight), MAX_WEIGHT + 1);
      depth = inner == null ? depth : Math.max(depth, deeper(inner));
    }
    return depth == 1 && weight < FLAT.length ? FLAT[(int) weight] : new KeySize(weight, depth);
  }

  /** That of a set to which an item is added; does not grow beyond what matters. */
  KeySize with(Value item) {
    KeySize inner = sizeOf(item);
    return new KeySize(
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
