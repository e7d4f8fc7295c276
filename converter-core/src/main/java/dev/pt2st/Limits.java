package dev.pt2st;

import java.util.EnumMap;
import java.util.Map;

/** A value for each {@link Limit}. Immutable. */
public final class Limits {
  /** Every limit at its default. */
  public static final Limits STANDARD = new Limits(Map.of());

  private final Map<Limit, Long> values;

  private Limits(Map<Limit, Long> values) {
    EnumMap<Limit, Long> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      all.put(limit, values.getOrDefault(limit, limit.standard()));
    }
    this.values = all;
  }

  /**
   * These limits with one of them changed.
   *
   * @throws IllegalArgumentException if {@code value} is negative
   */
  public Limits with(Limit limit, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(limit.name() + " must not be negative");
    }
    EnumMap<Limit, Long> changed = new EnumMap<>(values);
    changed.put(limit, value);
    return new Limits(changed);
  }

  /**
   * Whether data may grow from one size to another under a limit that is a factor. The answer is
   * exact even if the product does not fit 64 bits.
   *
   * @param times the limit: {@link Limit#EXPANSION} or {@link Limit#RATIO}
   * @param from bytes before, not negative
   * @param to bytes after
   */
  public boolean allowGrowth(Limit times, long from, long to) {
    long most = from * get(times);
    boolean overflows = Math.multiplyHigh(from, get(times)) != 0 || most < 0;
    return overflows || to <= most;
  }

  /** The value set, or else the default. */
  public long get(Limit limit) {
    long value = values.getOrDefault(limit, limit.standard());
    if (limit == Limit.HEAP_BYTES && value == 0) {
      return Runtime.getRuntime().maxMemory() / 2;
    }
    return value;
  }
}
