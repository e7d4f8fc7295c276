package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.Opcode;

/**
 * The kind of a value, as far as the instruction that made it shows, before anything is imported.
 */
enum ValueKind {
  NONE,
  NUMBER,
  WHOLE,
  TEXT,
  /** A text of Python 2: a {@code str}, or {@code bytes} if the loader asks for that. */
  TEXT_OR_BYTES,
  BYTES,
  BYTE_ARRAY,
  LIST,
  TUPLE,
  DICT,
  SET,
  FROZEN_SET,
  /**
   * A value from a global, a call, a persistent id, the extension registry or a buffer: anything.
   */
  ANYTHING;

  static ValueKind of(Opcode madeBy) {
    return switch (madeBy) {
      case NONE -> NONE;
      case NEWTRUE, NEWFALSE, INT, LONG, BININT, BININT1, BININT2, LONG1, LONG4 -> WHOLE;
      case FLOAT, BINFLOAT -> NUMBER;
      case UNICODE, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8 -> TEXT;
      case STRING, SHORT_BINSTRING, BINSTRING -> TEXT_OR_BYTES;
      case SHORT_BINBYTES, BINBYTES, BINBYTES8 -> BYTES;
      case BYTEARRAY8 -> BYTE_ARRAY;
      case EMPTY_LIST, LIST -> LIST;
      case EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3 -> TUPLE;
      case EMPTY_DICT, DICT -> DICT;
      case EMPTY_SET -> SET;
      case FROZENSET -> FROZEN_SET;
      default -> ANYTHING;
    };
  }

  /** Whether it may be a {@code str}. */
  boolean mayBeText() {
    return this == TEXT || this == TEXT_OR_BYTES || this == ANYTHING;
  }

  /** Whether it may be an index of a list. */
  boolean mayBeIndex() {
    return this == WHOLE || this == ANYTHING;
  }

  /** Whether PyTorch may accept it as a persistent id: a tuple, or what {@code int} accepts. */
  boolean mayBeIdentity() {
    return switch (this) {
      case TUPLE, WHOLE, NUMBER, TEXT, TEXT_OR_BYTES, BYTES, BYTE_ARRAY, ANYTHING -> true;
      case NONE, LIST, DICT, SET, FROZEN_SET -> false;
    };
  }

  /** Whether it may have the buffer protocol. */
  boolean mayBeBuffer() {
    return this == BYTES || this == BYTE_ARRAY || this == TEXT_OR_BYTES || this == ANYTHING;
  }

  /** Whether it may be a key; the items of a tuple are not considered. */
  boolean mayBeHashed() {
    return this != BYTE_ARRAY && this != LIST && this != DICT && this != SET;
  }
}
