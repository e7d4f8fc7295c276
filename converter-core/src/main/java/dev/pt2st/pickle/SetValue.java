package dev.pt2st.pickle;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@code set} or {@code frozenset}. */
public final class SetValue implements Value {
  private final boolean frozen;
  private final LinkedHashMap<Object, Value> items = new LinkedHashMap<>();

  private KeySize size = KeySize.of(List.of());
  private @Nullable Object key;

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
    if (items.putIfAbsent(hashed, item) == null) {
      size = size.with(item);
    }
    return true;
  }

  KeySize size() {
    return size;
  }

  /** What makes two frozen sets equal, made once; null if this one is not frozen, or too large. */
  @Nullable Object key() {
    if (key == null && frozen && size.isUsable()) {
      key = HashKey.Content.ofSet(Set.copyOf(items.keySet()));
    }
    return key;
  }
}
