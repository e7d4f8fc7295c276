package dev.pt2st.pickle;

import org.jspecify.annotations.Nullable;

/**
 * Every opcode of protocols 0 to 5: the table of CPython's {@code Lib/pickletools.py}, with the
 * encodings of {@code Modules/_pickle.c}.
 */
public enum Opcode {
  MARK('(', Argument.NONE, 0),
  STOP('.', Argument.NONE, 0),
  POP('0', Argument.NONE, 0),
  POP_MARK('1', Argument.NONE, 1),
  DUP('2', Argument.NONE, 0),
  FLOAT('F', Argument.LINE, 0),
  INT('I', Argument.LINE, 0),
  BININT('J', Argument.I32, 1),
  BININT1('K', Argument.U8, 1),
  LONG('L', Argument.LINE, 0),
  BININT2('M', Argument.U16, 1),
  NONE('N', Argument.NONE, 0),
  PERSID('P', Argument.LINE, 0),
  BINPERSID('Q', Argument.NONE, 1),
  REDUCE('R', Argument.NONE, 0),
  STRING('S', Argument.LINE, 0),
  BINSTRING('T', Argument.BYTES4, 1),
  SHORT_BINSTRING('U', Argument.BYTES1, 1),
  UNICODE('V', Argument.LINE, 0),
  BINUNICODE('X', Argument.BYTES4, 1),
  APPEND('a', Argument.NONE, 0),
  BUILD('b', Argument.NONE, 0),
  GLOBAL('c', Argument.TWO_LINES, 0),
  DICT('d', Argument.NONE, 0),
  EMPTY_DICT('}', Argument.NONE, 1),
  APPENDS('e', Argument.NONE, 1),
  GET('g', Argument.LINE, 0),
  BINGET('h', Argument.U8, 1),
  INST('i', Argument.TWO_LINES, 0),
  LONG_BINGET('j', Argument.U32, 1),
  LIST('l', Argument.NONE, 0),
  EMPTY_LIST(']', Argument.NONE, 1),
  OBJ('o', Argument.NONE, 1),
  PUT('p', Argument.LINE, 0),
  BINPUT('q', Argument.U8, 1),
  LONG_BINPUT('r', Argument.U32, 1),
  SETITEM('s', Argument.NONE, 0),
  TUPLE('t', Argument.NONE, 0),
  EMPTY_TUPLE(')', Argument.NONE, 1),
  SETITEMS('u', Argument.NONE, 1),
  BINFLOAT('G', Argument.F64, 1),
  PROTO(0x80, Argument.U8, 2),
  NEWOBJ(0x81, Argument.NONE, 2),
  EXT1(0x82, Argument.U8, 2),
  EXT2(0x83, Argument.U16, 2),
  EXT4(0x84, Argument.I32, 2),
  TUPLE1(0x85, Argument.NONE, 2),
  TUPLE2(0x86, Argument.NONE, 2),
  TUPLE3(0x87, Argument.NONE, 2),
  NEWTRUE(0x88, Argument.NONE, 2),
  NEWFALSE(0x89, Argument.NONE, 2),
  LONG1(0x8a, Argument.BYTES1, 2),
  LONG4(0x8b, Argument.SIGNED_BYTES4, 2),
  BINBYTES('B', Argument.BYTES4, 3),
  SHORT_BINBYTES('C', Argument.BYTES1, 3),
  SHORT_BINUNICODE(0x8c, Argument.BYTES1, 4),
  BINUNICODE8(0x8d, Argument.BYTES8, 4),
  BINBYTES8(0x8e, Argument.BYTES8, 4),
  EMPTY_SET(0x8f, Argument.NONE, 4),
  ADDITEMS(0x90, Argument.NONE, 4),
  FROZENSET(0x91, Argument.NONE, 4),
  NEWOBJ_EX(0x92, Argument.NONE, 4),
  STACK_GLOBAL(0x93, Argument.NONE, 4),
  MEMOIZE(0x94, Argument.NONE, 4),
  FRAME(0x95, Argument.I64, 4),
  BYTEARRAY8(0x96, Argument.BYTES8, 5),
  NEXT_BUFFER(0x97, Argument.NONE, 5),
  READONLY_BUFFER(0x98, Argument.NONE, 5);

  /** What follows an opcode's byte. */
  public enum Argument {
    NONE,
    /** Text up to a line feed. */
    LINE,
    TWO_LINES,
    U8,
    U16,
    I32,
    U32,
    I64,
    /** A big-endian IEEE 754 double. */
    F64,
    /** A length of 1, 4 or 8 bytes, then as many bytes. */
    BYTES1,
    BYTES4,
    SIGNED_BYTES4,
    BYTES8
  }

  private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;
  private final Argument argument;
  private final int protocol;

  Opcode(int code, Argument argument, int protocol) {
    this.code = code;
    this.argument = argument;
    this.protocol = protocol;
  }

  /** The opcode of a byte (0 to 255), or null if there is none. */
  public static @Nullable Opcode of(int code) {
    return BY_CODE[code];
  }

  public int code() {
    return code;
  }

  public Argument argument() {
    return argument;
  }

  /** The protocol that brought it. */
  public int protocol() {
    return protocol;
  }
}
