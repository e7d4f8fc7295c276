package dev.pt2st.bench.checkpoint;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Writes pickles of protocol 2 opcode by opcode, each value in the form that CPython's C pickler
 * gives it, memo included.
 */
final class Pickler {
  /** Opcodes without an argument of their own. */
  enum Opcode {
    MARK('('),
    EMPTY_TUPLE(')'),
    EMPTY_LIST(']'),
    EMPTY_DICT('}'),
    TUPLE('t'),
    TUPLE1(0x85),
    REDUCE('R'),
    NEWOBJ(0x81),
    BUILD('b'),
    SETITEMS('u'),
    APPEND('a'),
    PERSISTENT_ID('Q'),
    NONE('N'),
    TRUE(0x88),
    FALSE(0x89),
    STOP('.');

    private final int code;

    Opcode(int code) {
      this.code = code;
    }
  }

  /** As many values CPython hands to one SETITEMS or APPENDS. */
  private static final int BATCH = 1000;

  /** TUPLE1, TUPLE2, TUPLE3: above, a mark is needed. */
  private static final int LONGEST_SHORT_TUPLE = 3;

  private final LittleEndianBytes bytes = new LittleEndianBytes();
  private int memoized;

  Pickler() {
    bytes.u8(0x80).u8(2);
  }

  byte[] end() {
    op(Opcode.STOP);
    return bytes.toByteArray();
  }

  void op(Opcode op) {
    bytes.u8(op.code);
  }

  /**
   * Memoizes the value on top of the stack.
   *
   * @return its number
   */
  int memoize() {
    if (memoized <= 0xff) {
      bytes.u8('q').u8(memoized);
    } else {
      bytes.u8('r').u32(memoized);
    }
    return memoized++;
  }

  /** Fetches a memoized value. */
  void get(int number) {
    if (number <= 0xff) {
      bytes.u8('h').u8(number);
    } else {
      bytes.u8('j').u32(number);
    }
  }

  /** A global, memoized. */
  int global(String module, String name) {
    bytes.add(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return memoize();
  }

  /** A text, memoized. */
  int text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.u8('X').u32(utf8.length);
    bytes.add(utf8);
    return memoize();
  }

  /** A whole number, at least 0. */
  void number(long value) {
    if (value <= 0xff) {
      bytes.u8('K').u8((int) value);
    } else if (value <= 0xffff) {
      bytes.u8('M').u16((int) value);
    } else if (value <= Integer.MAX_VALUE) {
      bytes.u8('J').u32((int) value);
    } else {
      number(BigInteger.valueOf(value));
    }
  }

  /** A whole number above 2<sup>31</sup>. */
  void number(BigInteger value) {
    byte[] bigEndian = value.toByteArray();
    bytes.u8(0x8a).u8(bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      bytes.u8(bigEndian[i]);
    }
  }

  /** A tuple of whole numbers, memoized. */
  void tuple(List<Long> numbers) {
    boolean marked = numbers.size() > LONGEST_SHORT_TUPLE;
    if (marked) {
      op(Opcode.MARK);
    }
    numbers.forEach(this::number);
    if (marked) {
      op(Opcode.TUPLE);
    } else {
      bytes.u8(0x84 + numbers.size());
    }
    memoize();
  }

  /**
   * Sets the items of the dictionary on top of the stack.
   *
   * @param item writes the key and the value of this index
   */
  void items(int count, IntConsumer item) {
    for (int from = 0; from < count; from += BATCH) {
      int to = Math.min(count, from + BATCH);
      batch(from, to, item, to - from == 1 ? 's' : 'u', to - from > 1);
    }
  }

  /**
   * Appends to the list on top of the stack.
   *
   * @param element writes the element of this index
   */
  void elements(int count, IntConsumer element) {
    for (int from = 0; from < count; from += BATCH) {
      // Unlike a dictionary's, a list's last batch has its mark even for one value.
      batch(from, Math.min(count, from + BATCH), element, count == 1 ? 'a' : 'e', count > 1);
    }
  }

  private void batch(int from, int to, IntConsumer value, int end, boolean marked) {
    if (marked) {
      op(Opcode.MARK);
    }
    for (int i = from; i < to; i++) {
      value.accept(i);
    }
    bytes.u8(end);
  }
}
