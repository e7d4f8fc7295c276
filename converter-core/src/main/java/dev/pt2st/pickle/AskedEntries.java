package dev.pt2st.pickle;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a memo of which it is known which will be asked for. A pickle of a million objects
 * may put twenty million entries and ask for a hundred.
 */
final class AskedEntries {
  /** The logarithm of the bits in a word. */
  private static final int WORD = 6;

  /** A bit for each entry: whether it is asked for. */
  private final long[] asked;

  /** How many entries are asked for before each word of these bits. */
  private final int[] before;

  private final @Nullable Value[] values;

  /** All entries before this one have been put: writers leave none out. */
  private int next;

  /** What was put beyond it. */
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
   * Puts an entry, whose value is kept if it will be asked for.
   *
   * @return whether it is a new one
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
