package dev.pt2st.zstd;

/**
 * A decoding table of finite state entropy (RFC 8878, section 4.1.1). Each state has one number: 16
 * bits of the base of the next state, 8 of how many bits are added to that, 8 of how many bits are
 * added to the value, 32 of the value's base.
 */
final class FseTable {
  private final int log;
  private final long[] states;

  private FseTable(int log, long[] states) {
    this.log = log;
    this.states = states;
  }

  /** How many bits the first state has. */
  int log() {
    return log;
  }

  /** The states; not to be changed. */
  long[] states() {
    return states;
  }

  /** What a symbol stands for: a value's base, to which so many bits are added. */
  static long meaning(long base, int extraBits) {
    return base << 32 | (long) extraBits << 24;
  }

  static int base(long state) {
    return (int) (state >>> 32);
  }

  static int extraBits(long state) {
    return (int) state >>> 24;
  }

  static int nextBits(long state) {
    return (int) state >>> 16 & 0xff;
  }

  static int nextBase(long state) {
    return (int) state & 0xffff;
  }

  /** A table of one symbol, which takes no bits. */
  static FseTable of(long meaning) {
    return new FseTable(0, new long[] {meaning});
  }

  /**
   * Builds a table.
   *
   * @param counts the share of each symbol of {@code 1 << log}; -1 for less than one
   * @param meanings what each symbol stands for
   */
  static FseTable build(short[] counts, int symbols, int log, long[] meanings)
      throws ZstdException {
    int size = 1 << log;
    int[] next = new int[symbols];
    short[] symbolOf = new short[size];
    int high = size;
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (counts[symbol] == -1) {
        symbolOf[--high] = (short) symbol;
        next[symbol] = 1;
      } else {
        next[symbol] = counts[symbol];
      }
    }
    int step = (size >> 1) + (size >> 3) + 3;
    int at = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      for (int i = 0; i < counts[symbol]; i++) {
        symbolOf[at] = (short) symbol;
        do {
          at = (at + step) & (size - 1);
        } while (at >= high);
      }
    }
    if (at != 0) {
      throw ZstdException.malformed("the shares of a table do not add up");
    }
    long[] states = new long[size];
    for (int state = 0; state < size; state++) {
      int symbol = symbolOf[state];
      int order = next[symbol]++;
      int bits = log - (31 - Integer.numberOfLeadingZeros(order));
      states[state] = meanings[symbol] | (long) bits << 16 | ((order << bits) - size);
    }
    return new FseTable(log, states);
  }
}
