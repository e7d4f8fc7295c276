package dev.pt2st.pickle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code dict} or one of its kinds in the standard library, in insertion order. */
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

  private final Kind kind;
  private final LinkedHashMap<Object, Entry> entries = new LinkedHashMap<>();
  private final List<Value> states = new ArrayList<>(0);

  public DictValue(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Keys and values, in the order in which the keys came. */
  public Collection<Entry> entries() {
    return entries.values();
  }

  /** The value under a text key, or null. */
  public @Nullable Value get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value;
  }

  /**
   * Sets an item; as in Python an equal key that is there stays and gets the new value.
   *
   * @return false if the key cannot be hashed
   */
  public boolean put(Value key, Value value) {
    Object hashed = HashKey.of(key);
    if (hashed == null) {
      return false;
    }
    Entry old = entries.get(hashed);
    entries.put(hashed, new Entry(old == null ? key : old.key, value));
    return true;
  }

  /** Takes over all items of another dict. */
  public void putAll(DictValue other) {
    for (Map.Entry<Object, Entry> entry : other.entries.entrySet()) {
      put(entry.getValue().key, entry.getValue().value);
    }
  }

  /** What BUILD gave it: its attributes, or the factory of a default dict. */
  public List<Value> states() {
    return states;
  }
}
