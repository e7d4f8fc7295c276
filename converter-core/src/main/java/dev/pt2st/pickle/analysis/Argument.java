package dev.pt2st.pickle.analysis;

import java.lang.foreign.MemorySegment;

/**
 * The argument of an opcode. Numbers are decoded; lines and counted bytes are parts of the stream,
 * neither copied nor decoded.
 */
public sealed interface Argument {

  /** The opcode has no argument. */
  record Nothing() implements Argument {
    static final Nothing NOTHING = new Nothing();
  }

  /** A binary integer: a value, a memo index, a protocol, a frame's length. */
  record Whole(long value) implements Argument {}

  /** A binary floating-point number. */
  record Real(double value) implements Argument {}

  /** A text without the line feed that ends it. */
  record Line(MemorySegment bytes) implements Argument {}

  /** Two such texts: the module and the name of a global. */
  record TwoLines(MemorySegment first, MemorySegment second) implements Argument {}

  /** Bytes without the count in front of them: a text, bytes, or an integer (LONG1, LONG4). */
  record Counted(MemorySegment bytes) implements Argument {}
}
