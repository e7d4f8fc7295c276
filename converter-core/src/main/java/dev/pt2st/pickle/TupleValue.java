package dev.pt2st.pickle;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code tuple}. As a key of a dict it is compared by content. */
public final class TupleValue implements Value {
  static final TupleValue EMPTY = new TupleValue(List.of());

  private final List<Value> items;
  private final KeySize size;
  private final boolean holdsFunction;
  private @Nullable Object key;

  public TupleValue(List<Value> items) {
    this(items, false);
  }

  /**
   * @param holdsFunction whether an item is a function that may only be called, or a tuple with one
   */
  TupleValue(List<Value> items, boolean holdsFunction) {
    this.items = List.copyOf(items);
    this.holdsFunction = holdsFunction;
    this.size = KeySize.of(this.items);
  }

  /** The items, in order. */
  public List<Value> items() {
    return items;
  }

  /** Whether it contains a function that may only be called. */
  boolean holdsFunction() {
    return holdsFunction;
  }

  KeySize size() {
    return size;
  }

  /** The key by which tuples are equal, computed once; null if an item cannot be hashed. */
  @Nullable Object key() {
    if (key == null && size.isUsable()) {
      List<Object> keys = new ArrayList<>(items.size());
      for (Value item : items) {
        Object itemKey = HashKey.of(item);
        if (itemKey == null) {
          return null;
        }
        keys.add(itemKey);
      }
      key = HashKey.Content.ofTuple(keys);
    }
    return key;
  }

  /** The item, or null if the tuple is shorter. */
  public @Nullable Value get(int index) {
    return index < items.size() ? items.get(index) : null;
  }
}
