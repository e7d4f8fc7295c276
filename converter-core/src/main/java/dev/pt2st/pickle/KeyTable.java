package dev.pt2st.pickle;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distinct keys in insertion order, with a look-up of their indices. Up to {@link #SMALL} keys are
 * compared one by one; more have a hash table with hashes that no file can choose. A pickle may
 * have millions of dicts of two keys or one dict of millions, and both are cheap.
 */
final class KeyTable {
  /** Up to this many keys are compared one by one. */
  private static final int SMALL = 8;

  /** The result for a value that cannot be a key. */
  static final int UNUSABLE = Integer.MIN_VALUE;

  /** Roughly the longest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 16;

  private static final Value[] NONE = new Value[0];
  private static final int[] NO_INTS = new int[0];

  private @Nullable Value[] keys = NONE;
  private int size;
  private int[] hashes = NO_INTS;

  /**
   * The hash table, with a power of two of slots. Each holds a key's index plus one, or zero if it
   * is free.
   */
  private int[] places = NO_INTS;

  int size() {
    return size;
  }

  /** A copy with the same keys. */
  KeyTable copy() {
    KeyTable copy = new KeyTable();
    copy.keys = keys.clone();
    copy.size = size;
    copy.hashes = hashes.clone();
    copy.places = places.clone();
    return copy;
  }

  /** Makes room for more keys, if there are enough for that to pay off. */
  void reserve(int more) {
    if (more > keys.length - size) {
      keys = Arrays.copyOf(keys, grown(keys.length, size, more));
    }
  }

  /**
   * The new length of an array that must take more: exactly that if it was empty, else half as much
   * again.
   */
  static int grown(int length, int size, int more) {
    long wanted = (long) size + more;
    if (wanted > MAX_LENGTH) {
      throw new OutOfMemoryError("a dict of " + wanted + " keys");
    }
    return (int) Math.min(MAX_LENGTH, Math.max(wanted, length * 3L / 2));
  }

  /** The key at an index. */
  Value get(int index) {
    Value key = index < size ? keys[index] : null;
    if (key == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return key;
  }

  /** The index of a key, or a negative number. */
  int find(Value key) {
    return HashKey.isUsable(key) ? search(key) : UNUSABLE;
  }

  private int search(Value key) {
    if (places.length > 0) {
      return search(key, HashKey.hashOf(key));
    }
    for (int i = 0; i < size; i++) {
      if (HashKey.same(get(i), key)) {
        return i;
      }
    }
    return -1;
  }

  private int search(Value key, int hash) {
    int mask = places.length - 1;
    int at = hash & mask;
    while (places[at] != 0) {
      int index = places[at] - 1;
      if (hashes[index] == hash && HashKey.same(get(index), key)) {
        return index;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /**
   * Adds a key if it is new.
   *
   * @return its index; if an equal key exists, {@code -1 - index} of that; {@link #UNUSABLE} if it
   *     cannot be a key
   */
  int add(Value key) {
    if (!HashKey.isUsable(key)) {
      return UNUSABLE;
    }
    boolean hashed = places.length > 0 || size >= SMALL;
    int hash = hashed ? HashKey.hashOf(key) : 0;
    int known = places.length > 0 ? search(key, hash) : search(key);
    if (known >= 0) {
      return -1 - known;
    }
    if (size == keys.length) {
      reserve(size == 0 ? 1 : Math.max(3, size >> 1));
    }
    keys[size] = key;
    if (hashed) {
      index(hash);
    }
    return size++;
  }

  /** Notes the hash of the key that comes last. */
  private void index(int hash) {
    if (hashes.length < keys.length) {
      hashes = Arrays.copyOf(hashes, keys.length);
    }
    if (2 * (size + 1) > places.length) {
      rebuild();
    }
    hashes[size] = hash;
    occupy(size);
  }

  private void rebuild() {
    if (places.length == 0) {
      for (int i = 0; i < size; i++) {
        hashes[i] = HashKey.hashOf(get(i));
      }
    }
    // At most half full. There are twice as many slots as room for keys, so that few keys are moved
    // twice.
    places = new int[Math.min(1 << 30, Integer.highestOneBit(Math.max(keys.length, size + 1)) * 4)];
    for (int i = 0; i < size; i++) {
      occupy(i);
    }
  }

  private void occupy(int index) {
    int mask = places.length - 1;
    int at = hashes[index] & mask;
    while (places[at] != 0) {
      at = (at + 1) & mask;
    }
    places[at] = index + 1;
  }

  /** All keys; a view. */
  List<Value> asList() {
    return new AbstractList<>() {
      @Override
      public Value get(int index) {
        return KeyTable.this.get(index);
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
