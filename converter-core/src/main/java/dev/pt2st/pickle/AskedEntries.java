package dev.pt2st.pickle;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a memo when it is known in advance which ones the pickle reads. A pickle of a
 * million objects may put twenty million entries and read a hundred.
 */
final class AskedEntries {
  /** The logarithm of the bits in a word. */
  private static final int WORD = 6;

  /** A bit for each entry: whether it is read. */
  private final long[] asked;

  /** For each word of these bits, how many entries before it are read. */
  private final int[] before;

  private final @Nullable Value[] values;

  /** All entries before this one have been put: writers leave none out. */
  private int next;

  /** The entries that were put beyond that. */
  private final BitSet beyond = new BitSet();

  AskedEntries(BitSet indices) {
    this.asked = indices.toLongArray();
    this.before = new int[asked.length];
    int count = 0;
    for (int i = 0; i < asked.length; i++) {
      before[i] = count;
      count += Long.bitCount(asked[i]);
    }
    this.values = new @Nullable Value[count];
  }

  boolean isAsked(long index) {
    return index >>> WORD < asked.length && (asked[(int) (index >>> WORD)] & (1L << index)) != 0;
  }

  /**
   * Puts an entry. Its value is kept if it will be read.
   *
   * @return whether the entry is new
   */
  boolean put(int index, Value value) {
    if (isAsked(index)) {
      values[place(index)] = value;
    }
    if (index < next) {
      return false;
    }
    if (index > next) {
      boolean isNew = !beyond.get(index);
      beyond.set(index);
      return isNew;
    }
    next++;
    if (!beyond.isEmpty()) {
      skipKnown();
    }
    return true;
  }

  private void skipKnown() {
    while (beyond.get(next)) {
      beyond.clear(next);
      next++;
    }
  }

  @Nullable Value get(long index) {
    return isAsked(index) ? values[place((int) index)] : null;
  }

  private int place(int index) {
    int word = index >>> WORD;
    return before[word] + Long.bitCount(asked[word] & ((1L << index) - 1));
  }
}
