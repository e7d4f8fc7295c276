package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.io.ByteCursor;
import org.jspecify.annotations.Nullable;

/**
 * Every opcode of protocols 0 to 5: the table of CPython's {@code Lib/pickletools.py}, with the
 * encodings of {@code Modules/_pickle.c}.
 */
public enum Opcode {
  MARK('(', Encoding.NONE, 0, Effect.MARK),
  STOP('.', Encoding.NONE, 0, Effect.TAKE),
  POP('0', Encoding.NONE, 0, Effect.POP),
  POP_MARK('1', Encoding.NONE, 1, Effect.MARKED),
  DUP('2', Encoding.NONE, 0, Effect.DUPLICATE),
  FLOAT('F', Encoding.LINE, 0, Effect.PUSH),
  INT('I', Encoding.LINE, 0, Effect.PUSH),
  BININT('J', Encoding.I32, 1, Effect.PUSH),
  BININT1('K', Encoding.U8, 1, Effect.PUSH),
  LONG('L', Encoding.LINE, 0, Effect.PUSH),
  BININT2('M', Encoding.U16, 1, Effect.PUSH),
  NONE('N', Encoding.NONE, 0, Effect.PUSH),
  PERSID('P', Encoding.LINE, 0, Effect.PUSH),
  BINPERSID('Q', Encoding.NONE, 1, Effect.REPLACE1),
  REDUCE('R', Encoding.NONE, 0, Effect.REPLACE2),
  STRING('S', Encoding.LINE, 0, Effect.PUSH),
  BINSTRING('T', Encoding.BYTES4, 1, Effect.PUSH),
  SHORT_BINSTRING('U', Encoding.BYTES1, 1, Effect.PUSH),
  UNICODE('V', Encoding.LINE, 0, Effect.PUSH),
  BINUNICODE('X', Encoding.BYTES4, 1, Effect.PUSH),
  APPEND('a', Encoding.NONE, 0, Effect.ADD1),
  BUILD('b', Encoding.NONE, 0, Effect.ADD1),
  GLOBAL('c', Encoding.TWO_LINES, 0, Effect.PUSH),
  DICT('d', Encoding.NONE, 0, Effect.MAKE_MARKED),
  EMPTY_DICT('}', Encoding.NONE, 1, Effect.PUSH),
  APPENDS('e', Encoding.NONE, 1, Effect.ADD_MARKED),
  GET('g', Encoding.LINE, 0, Effect.PUSH),
  BINGET('h', Encoding.U8, 1, Effect.PUSH),
  INST('i', Encoding.TWO_LINES, 0, Effect.MAKE_MARKED),
  LONG_BINGET('j', Encoding.U32, 1, Effect.PUSH),
  LIST('l', Encoding.NONE, 0, Effect.MAKE_MARKED),
  EMPTY_LIST(']', Encoding.NONE, 1, Effect.PUSH),
  OBJ('o', Encoding.NONE, 1, Effect.MAKE_MARKED),
  PUT('p', Encoding.LINE, 0, Effect.LOOK),
  BINPUT('q', Encoding.U8, 1, Effect.LOOK),
  LONG_BINPUT('r', Encoding.U32, 1, Effect.LOOK),
  SETITEM('s', Encoding.NONE, 0, Effect.ADD2),
  TUPLE('t', Encoding.NONE, 0, Effect.MAKE_MARKED),
  EMPTY_TUPLE(')', Encoding.NONE, 1, Effect.PUSH),
  SETITEMS('u', Encoding.NONE, 1, Effect.ADD_MARKED),
  BINFLOAT('G', Encoding.F64, 1, Effect.PUSH),
  PROTO(0x80, Encoding.U8, 2, Effect.NOTHING),
  NEWOBJ(0x81, Encoding.NONE, 2, Effect.REPLACE2),
  EXT1(0x82, Encoding.U8, 2, Effect.PUSH),
  EXT2(0x83, Encoding.U16, 2, Effect.PUSH),
  EXT4(0x84, Encoding.I32, 2, Effect.PUSH),
  TUPLE1(0x85, Encoding.NONE, 2, Effect.REPLACE1),
  TUPLE2(0x86, Encoding.NONE, 2, Effect.REPLACE2),
  TUPLE3(0x87, Encoding.NONE, 2, Effect.REPLACE3),
  NEWTRUE(0x88, Encoding.NONE, 2, Effect.PUSH),
  NEWFALSE(0x89, Encoding.NONE, 2, Effect.PUSH),
  LONG1(0x8a, Encoding.BYTES1, 2, Effect.PUSH),
  LONG4(0x8b, Encoding.SIGNED_BYTES4, 2, Effect.PUSH),
  BINBYTES('B', Encoding.BYTES4, 3, Effect.PUSH),
  SHORT_BINBYTES('C', Encoding.BYTES1, 3, Effect.PUSH),
  SHORT_BINUNICODE(0x8c, Encoding.BYTES1, 4, Effect.PUSH),
  BINUNICODE8(0x8d, Encoding.BYTES8, 4, Effect.PUSH),
  BINBYTES8(0x8e, Encoding.BYTES8, 4, Effect.PUSH),
  EMPTY_SET(0x8f, Encoding.NONE, 4, Effect.PUSH),
  ADDITEMS(0x90, Encoding.NONE, 4, Effect.ADD_MARKED),
  FROZENSET(0x91, Encoding.NONE, 4, Effect.MAKE_MARKED),
  NEWOBJ_EX(0x92, Encoding.NONE, 4, Effect.REPLACE3),
  STACK_GLOBAL(0x93, Encoding.NONE, 4, Effect.REPLACE2),
  MEMOIZE(0x94, Encoding.NONE, 4, Effect.LOOK),
  FRAME(0x95, Encoding.I64, 4, Effect.NOTHING),
  BYTEARRAY8(0x96, Encoding.BYTES8, 5, Effect.PUSH),
  NEXT_BUFFER(0x97, Encoding.NONE, 5, Effect.PUSH),
  READONLY_BUFFER(0x98, Encoding.NONE, 5, Effect.LOOK);

  /** What follows an opcode's byte. */
  public enum Encoding {
    NONE(0, false),
    /** Text up to a line feed. */
    LINE(0, false),
    TWO_LINES(0, false),
    U8(1, false),
    U16(2, false),
    I32(4, false),
    U32(4, false),
    I64(8, false),
    /** A big-endian IEEE 754 double. */
    F64(8, false),
    /** A length of 1, 4 or 8 bytes, then as many bytes. */
    BYTES1(1, true),
    BYTES4(4, true),
    SIGNED_BYTES4(4, true),
    BYTES8(8, true);

    private final int bytes;
    private final boolean counted;

    Encoding(int bytes, boolean counted) {
      this.bytes = bytes;
      this.counted = counted;
    }

    /** The size, in bytes, of the number that follows; 0 if text or nothing follows. */
    int numberBytes() {
      return bytes;
    }

    /** Whether that number is a length, followed by as many bytes. */
    boolean isCounted() {
      return counted;
    }
  }

  /**
   * What an opcode does to the stack: {@code stack_before} and {@code stack_after} of the same
   * table, except that a container that is filled stays in place.
   */
  public enum Effect {
    NOTHING(0, 0, 0),
    /** Pushes a mark, not a value. */
    MARK(0, 0, 0),
    /** Takes the top, a value or a mark. */
    POP(1, 1, 0),
    TAKE(1, 1, 0),
    PUSH(0, 0, 1),
    DUPLICATE(1, 0, 1),
    REPLACE1(1, 1, 1),
    REPLACE2(2, 2, 1),
    REPLACE3(3, 3, 1),
    /** The value below stays and gets one item, or a key and its value. */
    ADD1(2, 1, 0),
    ADD2(3, 2, 0),
    LOOK(1, 0, 0),
    /** Takes everything down to the last mark, and the mark. */
    MARKED(0, 0, 0),
    /** The same; the value below stays and gets all of them as items. */
    ADD_MARKED(1, 0, 0),
    /** The same; one value is made of them. */
    MAKE_MARKED(0, 0, 1);

    private final int needs;
    private final int takes;
    private final int pushes;

    Effect(int needs, int takes, int pushes) {
      this.needs = needs;
      this.takes = takes;
      this.pushes = pushes;
    }

    /** Whether everything down to the last mark is taken first, and the mark. */
    public boolean takesMark() {
      return this == MARKED || this == ADD_MARKED || this == MAKE_MARKED;
    }

    /** How many values must be on the stack; below the mark, if that is taken. */
    public int needs() {
      return needs;
    }

    /** How many of these are taken. */
    public int takes() {
      return takes;
    }

    /** How many values are pushed. */
    public int pushes() {
      return pushes;
    }
  }

  private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;
  private final Encoding encoding;
  private final int protocol;
  private final Effect effect;

  Opcode(int code, Encoding encoding, int protocol, Effect effect) {
    this.code = code;
    this.encoding = encoding;
    this.protocol = protocol;
    this.effect = effect;
  }

  /** The opcode with this byte (0 to 255), or null if there is none. */
  public static @Nullable Opcode of(int code) {
    return BY_CODE[code];
  }

  /**
   * Reads the next byte as an opcode.
   *
   * @throws MalformedException if the stream ends, or no opcode has this byte
   */
  public static Opcode read(ByteCursor in) throws MalformedException {
    if (in.remaining() == 0) {
      throw in.malformed("the pickle ends without its STOP");
    }
    int code = in.u8();
    Opcode opcode = BY_CODE[code];
    if (opcode == null) {
      throw new MalformedException(
          in.place().at(in.offset() - 1),
          "there is no pickle opcode 0x" + Integer.toHexString(code));
    }
    return opcode;
  }

  /** Its byte, 0 to 255. */
  public int code() {
    return code;
  }

  /** What follows its byte. */
  public Encoding encoding() {
    return encoding;
  }

  /** What it does to the stack. */
  public Effect effect() {
    return effect;
  }

  /** The protocol that introduced it. */
  public int protocol() {
    return protocol;
  }
}
