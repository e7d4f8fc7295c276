package dev.pt2st.pickle;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Set;

/** A {@code set} or {@code frozenset}. */
public final class SetValue implements Value {
  private final boolean frozen;
  private final LinkedHashMap<Object, Value> items = new LinkedHashMap<>();

  public SetValue(boolean frozen) {
    this.frozen = frozen;
  }

  public boolean isFrozen() {
    return frozen;
  }

  /** The items, in the order in which they came. */
  public Collection<Value> items() {
    return items.values();
  }

  /**
   * Adds an item.
   *
   * @return false if it cannot be hashed
   */
  public boolean add(Value item) {
    Object hashed = HashKey.of(item);
    if (hashed == null) {
      return false;
    }
    items.putIfAbsent(hashed, item);
    return true;
  }

  /** What makes two frozen sets equal. */
  Set<Object> keys() {
    return items.keySet();
  }
}
