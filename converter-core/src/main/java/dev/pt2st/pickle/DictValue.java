package dev.pt2st.pickle;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code dict}, or one of its subclasses in the standard library, in insertion order. */
public final class DictValue implements Value {

  /** The class; all but a plain {@code dict} have attributes of their own. */
  public enum Kind {
    DICT,
    ORDERED_DICT,
    DEFAULT_DICT,
    COUNTER
  }

  /** A key with its value. */
  public record Entry(Value key, Value value) {}

  private static final Value[] NONE = new Value[0];

  private final Kind kind;
  private KeyTable keys;
  private @Nullable Value[] values;
  private List<Value> states = List.of();

  /** Whether another dict uses the same keys and values; then they are copied before a change. */
  private boolean shared;

  public DictValue(Kind kind) {
    this(kind, new KeyTable(), NONE);
  }

  private DictValue(Kind kind, KeyTable keys, @Nullable Value[] values) {
    this.kind = kind;
    this.keys = keys;
    this.values = values;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * A plain dict with the items that this one has now. Later changes of either do not affect the
   * other; nothing is copied until then.
   */
  DictValue snapshot() {
    shared = true;
    DictValue snapshot = new DictValue(Kind.DICT, keys, values);
    snapshot.shared = true;
    return snapshot;
  }

  public int size() {
    return keys.size();
  }

  /** Keys and values, in insertion order; a view. */
  public List<Entry> entries() {
    return new AbstractList<>() {
      @Override
      public Entry get(int index) {
        return new Entry(key(index), value(index));
      }

      @Override
      public int size() {
        return keys.size();
      }
    };
  }

  /** The key at a position, counted from 0 in insertion order. */
  public Value key(int index) {
    return keys.get(index);
  }

  /** The value at a position. */
  public Value value(int index) {
    Value value = values[index];
    if (value == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return value;
  }

  /** The value under a text key, or null. */
  public @Nullable Value get(String key) {
    return get(new Text(key));
  }

  /** The value under a key, or null. */
  public @Nullable Value get(Value key) {
    int index = keys.find(key);
    return index < 0 ? null : values[index];
  }

  /** Makes room for more items. */
  void reserve(int more) {
    own();
    keys.reserve(more);
    if (more > values.length - size()) {
      values = Arrays.copyOf(values, KeyTable.grown(values.length, size(), more));
    }
  }

  private void own() {
    if (shared) {
      keys = keys.copy();
      values = values.clone();
      shared = false;
    }
  }

  /**
   * Sets an item. As in Python, an equal key that exists stays and gets the new value.
   *
   * @return false if the key cannot be hashed
   */
  public boolean put(Value key, Value value) {
    own();
    int index = keys.add(key);
    if (index == KeyTable.UNUSABLE) {
      return false;
    }
    if (index < 0) {
      values[-1 - index] = value;
      return true;
    }
    if (index >= values.length) {
      values = Arrays.copyOf(values, KeyTable.grown(values.length, index, 1));
    }
    values[index] = value;
    return true;
  }

  /** Takes over all items of another dict. */
  public void putAll(DictValue other) {
    if (other == this) {
      return;
    }
    reserve(other.size());
    for (int i = 0; i < other.size(); i++) {
      put(other.key(i), other.value(i));
    }
  }

  /** The states that BUILD set: attributes, or the factory of a default dict. */
  public List<Value> states() {
    return Collections.unmodifiableList(states);
  }

  /** Adds a state. */
  public void addState(Value state) {
    if (states.isEmpty()) {
      states = new ArrayList<>(1);
    }
    states.add(state);
  }
}
