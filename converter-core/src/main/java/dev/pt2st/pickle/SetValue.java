package dev.pt2st.pickle;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@code set} or {@code frozenset}. */
public final class SetValue implements Value {
  private final boolean frozen;
  private final KeyTable items = new KeyTable();

  private KeySize size = KeySize.of(List.of());
  private @Nullable Object key;

  private SetValue(boolean frozen) {
    this.frozen = frozen;
  }

  /** An empty {@code set}. */
  public static SetValue mutable() {
    return new SetValue(false);
  }

  /** A {@code frozenset}, which is filled before anything else refers to it. */
  public static SetValue frozen() {
    return new SetValue(true);
  }

  public boolean isFrozen() {
    return frozen;
  }

  /** The items, in insertion order; a view. */
  public Collection<Value> items() {
    return items.asList();
  }

  /**
   * Adds an item.
   *
   * @return false if it cannot be hashed
   */
  public boolean add(Value item) {
    int index = items.add(item);
    if (index == KeyTable.UNUSABLE) {
      return false;
    }
    if (index >= 0) {
      size = size.with(item);
    }
    return true;
  }

  KeySize size() {
    return size;
  }

  /**
   * The key by which frozen sets are equal, computed once; null if this one is not frozen, or too
   * large.
   */
  @Nullable Object key() {
    if (key == null && frozen && size.isUsable()) {
      Set<Object> keys = HashSet.newHashSet(items.size());
      for (Value item : items.asList()) {
        Object itemKey = HashKey.of(item);
        if (itemKey != null) {
          keys.add(itemKey);
        }
      }
      key = HashKey.Content.ofSet(Set.copyOf(keys));
    }
    return key;
  }
}
