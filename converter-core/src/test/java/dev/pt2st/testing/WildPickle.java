package dev.pt2st.testing;

import dev.pt2st.pickle.Opcode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Random streams that build something, with every edge that the opcodes have: numbers and texts
 * written oddly, states, slots, items for what takes none, memo and marks out of order. Most get
 * far before they break, or do not.
 */
public final class WildPickle {
  private static final List<String> INTEGERS =
      List.of(
          "00",
          "01",
          "0",
          "1",
          "-0",
          "+5",
          "007",
          "08",
          "0x1F",
          "-0x10",
          "0o17",
          "0b101",
          "0x",
          "1_000",
          "0x_1",
          "_1",
          "1_",
          "1__0",
          " 12",
          "12 ",
          "",
          "1L",
          "12\0z",
          "1\r",
          "\t3",
          "٣",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "00 ",
          "000",
          "0_0",
          "1e3",
          "True",
          "+-1",
          "0X1f",
          "0B1",
          "0O7",
          "-01",
          "01L",
          "LL",
          "L");

  private static final List<String> REALS =
      List.of(
          "1.5",
          "-0.0",
          "0",
          "inf",
          "-inf",
          "+inf",
          "Infinity",
          "nan",
          "-nan",
          "NaN",
          "1e400",
          "-1e400",
          "1e-400",
          "5e-324",
          "0x1p3",
          "1_0.5",
          ".5",
          "5.",
          ".",
          "",
          "e5",
          "1e",
          " 1.5",
          "1.5 ",
          "1d5",
          "1f",
          "1.5\0z",
          "1e+5",
          "1E-5",
          "infinit",
          "123456789012345678901234567890",
          "0.1",
          "2.2250738585072011e-308",
          "1.7976931348623159e308",
          "+.5e1",
          "--1");

  private static final List<String> STRINGS =
      List.of(
          "'a'",
          "\"a\"",
          "''",
          "'",
          "a",
          "'a\"",
          "'it\\'s'",
          "'\\x41'",
          "'\\x4'",
          "'\\101\\0'",
          "'\\q'",
          "'\\\\'",
          "'\\'",
          "'\\n\\t'",
          "'a' ",
          " 'a'",
          "'é'",
          "'\\xe9'",
          "'\\777'",
          "'a'b'",
          "'\\u0041'",
          "'\\\n'");

  private static final List<String> UNICODES =
      List.of(
          "a",
          "",
          "é",
          "\\u0041",
          "\\u004",
          "\\U0001F600",
          "\\U00110000",
          "\\ud800",
          "\\x41",
          "\\",
          "\\\\u0041",
          "\\\\",
          "\\u00zz",
          "\\N{DASH}",
          "a\\",
          "\\U0001f60");

  private static final List<String> INDICES =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "7",
          "300",
          "-1",
          " 1",
          "1 ",
          "+1",
          "01",
          "1_0",
          "x",
          "",
          "0x1",
          "1L",
          "99999999999999999999",
          "1\0x");

  private static final List<String> NAMES =
      List.of(
          "os",
          "system",
          "torch._utils",
          "a.b",
          "",
          "__builtin__",
          "é",
          "a b",
          "copy_reg",
          "\0",
          "_reconstructor",
          "x".repeat(40));

  private static final List<String> PYTHON2 = List.of("a", "", "é", "\u00c3\u00a9", "\0", "ab");

  private static final int DEEPEST = 6;

  private final Random random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final int noise;
  private int memo;

  private WildPickle(long seed) {
    this.random = new Random(seed);
    // Some streams have no mistakes, most have some.
    this.noise = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 60);
  }

  /** The stream of a seed. */
  public static byte[] of(long seed) {
    WildPickle pickle = new WildPickle(seed);
    byte[] stream = pickle.stream();
    return pickle.random.nextInt(3) == 0 ? pickle.mutated(stream) : stream;
  }

  private byte[] stream() {
    if (random.nextBoolean()) {
      op(Opcode.PROTO);
      out.write(random.nextInt(noise == 0 ? 6 : 7));
    }
    value(0);
    op(Opcode.STOP);
    if (random.nextInt(8) == 0) {
      value(DEEPEST);
    }
    return out.toByteArray();
  }

  private byte[] mutated(byte[] stream) {
    byte[] mutated = stream.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] = (byte) any(List.of(Opcode.values())).code();
        case 2 ->
            mutated = without(mutated, at, Math.min(mutated.length, at + 1 + random.nextInt(3)));
        default ->
            mutated = doubled(mutated, at, Math.min(mutated.length, at + 1 + random.nextInt(6)));
      }
      if (mutated.length == 0) {
        return mutated;
      }
    }
    return mutated;
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    return ByteBuffer.allocate(bytes.length - (to - from))
        .put(bytes, 0, from)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  private static byte[] doubled(byte[] bytes, int from, int to) {
    return ByteBuffer.allocate(bytes.length + (to - from))
        .put(bytes, 0, to)
        .put(bytes, from, bytes.length - from)
        .array();
  }

  private <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private void op(Opcode opcode) {
    out.write(opcode.code());
  }

  private void line(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  private void number(long value, int width) {
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(bytes, 0, width);
  }

  private void counted(Opcode opcode, int width, byte[] bytes) {
    op(opcode);
    number(bytes.length, width);
    out.writeBytes(bytes);
  }

  /** Puts one value on the stack, most often. */
  private void value(int depth) {
    if (noise > 0 && random.nextInt(noise + 20) == 0) {
      mistake();
    }
    int kind = random.nextInt(depth >= DEEPEST ? 4 : 15);
    switch (kind) {
      case 0, 1 -> number();
      case 2 -> text();
      case 3 -> small();
      case 4, 5 -> tuple(depth + 1);
      case 6, 7 -> list(depth + 1);
      case 8, 9 -> dict(depth + 1);
      case 10 -> set(depth + 1);
      case 11 -> known();
      default -> object(depth + 1);
    }
    remember();
  }

  private void values(int depth, int count) {
    for (int i = 0; i < count; i++) {
      value(depth);
    }
  }

  private void mistake() {
    switch (random.nextInt(12)) {
      case 0 -> op(any(List.of(Opcode.values())));
      case 1 -> op(Opcode.MARK);
      case 2 -> op(Opcode.POP);
      case 3 -> op(Opcode.DUP);
      case 4 -> op(any(List.of(Opcode.APPEND, Opcode.SETITEM, Opcode.BUILD, Opcode.REDUCE)));
      case 5 -> op(any(List.of(Opcode.APPENDS, Opcode.SETITEMS, Opcode.ADDITEMS)));
      case 6 -> {
        op(Opcode.FRAME);
        number(random.nextInt(30), 8);
      }
      case 7 -> {
        op(any(List.of(Opcode.EXT1, Opcode.EXT1, Opcode.EXT2, Opcode.EXT4)));
        number(random.nextInt(3), random.nextBoolean() ? 1 : 2);
      }
      case 8 -> op(any(List.of(Opcode.NEXT_BUFFER, Opcode.READONLY_BUFFER)));
      case 9 -> {
        op(Opcode.LONG4);
        number(random.nextInt(-3, 4), 4);
      }
      case 10 -> {
        op(Opcode.PROTO);
        out.write(random.nextInt(8));
      }
      default -> {
        op(any(List.of(Opcode.NEWOBJ, Opcode.NEWOBJ_EX, Opcode.STACK_GLOBAL, Opcode.OBJ)));
      }
    }
  }

  private void number() {
    switch (random.nextInt(9)) {
      case 0 -> lineOf(Opcode.INT, INTEGERS);
      case 1 -> lineOf(Opcode.LONG, INTEGERS);
      case 2 -> lineOf(Opcode.FLOAT, REALS);
      case 3 -> {
        op(Opcode.BININT);
        number(random.nextInt(), 4);
      }
      case 4 -> {
        op(Opcode.BININT1);
        out.write(random.nextInt(4));
      }
      case 5 -> {
        op(Opcode.BININT2);
        number(random.nextInt(), 2);
      }
      case 6 -> {
        byte[] digits = new byte[random.nextInt(12)];
        random.nextBytes(digits);
        counted(Opcode.LONG1, 1, digits);
      }
      case 7 -> {
        byte[] digits = new byte[random.nextInt(12)];
        random.nextBytes(digits);
        counted(Opcode.LONG4, 4, digits);
      }
      default -> {
        op(Opcode.BINFLOAT);
        double number = any(List.of(0.0, -0.0, 1.0, 2.0, Double.NaN, 1e308, random.nextGaussian()));
        number(Long.reverseBytes(Double.doubleToRawLongBits(number)), 8);
      }
    }
  }

  private void lineOf(Opcode opcode, List<String> texts) {
    op(opcode);
    // The odd ones break the stream, most of them: not too many of these.
    line(noise == 0 || random.nextInt(3) > 0 ? texts.getFirst() : any(texts));
  }

  private void text() {
    byte[] utf8 = any(PYTHON2).getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        random.nextInt(6) == 0
            ? any(List.of("\u00ed\u00a0\u0080", "\u00ff", "\u00c0\u0080", "\u00ed\u00bf\u00bfa"))
                .getBytes(StandardCharsets.ISO_8859_1)
            : utf8;
    switch (random.nextInt(10)) {
      case 0 -> lineOf(Opcode.STRING, STRINGS);
      case 1 -> lineOf(Opcode.UNICODE, UNICODES);
      case 2 -> counted(Opcode.BINSTRING, 4, bytes);
      case 3 -> counted(Opcode.SHORT_BINSTRING, 1, bytes);
      case 4 -> counted(Opcode.BINUNICODE, 4, noise == 0 ? utf8 : bytes);
      case 5 -> counted(Opcode.SHORT_BINUNICODE, 1, noise == 0 ? utf8 : bytes);
      case 6 -> counted(Opcode.BINUNICODE8, 8, noise == 0 ? utf8 : bytes);
      case 7 -> counted(Opcode.BINBYTES, 4, bytes);
      case 8 -> counted(Opcode.SHORT_BINBYTES, 1, bytes);
      default -> counted(random.nextBoolean() ? Opcode.BINBYTES8 : Opcode.BYTEARRAY8, 8, bytes);
    }
  }

  private void small() {
    op(any(List.of(Opcode.NONE, Opcode.NEWTRUE, Opcode.NEWFALSE, Opcode.EMPTY_TUPLE)));
  }

  private void tuple(int depth) {
    int count = random.nextInt(4);
    if (count == 0 || random.nextBoolean()) {
      op(Opcode.MARK);
      values(depth, count);
      op(Opcode.TUPLE);
    } else {
      values(depth, count);
      op(List.of(Opcode.TUPLE1, Opcode.TUPLE2, Opcode.TUPLE3).get(count - 1));
    }
  }

  private void list(int depth) {
    if (random.nextInt(3) == 0) {
      op(Opcode.MARK);
      values(depth, random.nextInt(4));
      op(Opcode.LIST);
    } else {
      op(Opcode.EMPTY_LIST);
      remember();
      items(depth, Opcode.APPEND, Opcode.APPENDS, 1);
    }
  }

  private void dict(int depth) {
    if (random.nextInt(3) == 0) {
      op(Opcode.MARK);
      entries(depth);
      op(Opcode.DICT);
    } else {
      op(Opcode.EMPTY_DICT);
      remember();
      items(depth, Opcode.SETITEM, Opcode.SETITEMS, 2);
    }
  }

  private void entries(int depth) {
    for (int i = random.nextInt(4); i > 0; i--) {
      key(depth);
      value(depth);
    }
    if (noise > 0 && random.nextInt(15) == 0) {
      value(depth);
    }
  }

  /** What can be a key, or now and then anything; many are equal to one another. */
  private void key(int depth) {
    switch (random.nextInt(noise == 0 ? 9 : 10)) {
      case 0 -> op(any(List.of(Opcode.NEWTRUE, Opcode.NEWFALSE, Opcode.NONE)));
      case 1 -> {
        op(Opcode.BININT1);
        out.write(random.nextInt(3));
      }
      case 2 -> {
        op(Opcode.BINFLOAT);
        double number = any(List.of(0.0, -0.0, 1.0, 2.0, Double.NaN, 1e300));
        number(Long.reverseBytes(Double.doubleToRawLongBits(number)), 8);
      }
      case 3 -> counted(Opcode.LONG1, 1, new byte[] {(byte) random.nextInt(3), 0, 0});
      case 4 -> {
        key(depth);
        op(Opcode.TUPLE1);
      }
      case 5 -> {
        op(Opcode.MARK);
        key(depth);
        op(Opcode.FROZENSET);
      }
      case 6 -> known();
      case 9 -> value(depth);
      default -> {
        byte[] bytes = any(PYTHON2).getBytes(StandardCharsets.UTF_8);
        counted(
            any(List.of(Opcode.SHORT_BINUNICODE, Opcode.SHORT_BINSTRING, Opcode.SHORT_BINBYTES)),
            1,
            bytes);
      }
    }
  }

  /** Items for what is on top: one by one, or behind a mark. */
  private void items(int depth, Opcode one, Opcode many, int width) {
    if (random.nextBoolean()) {
      for (int i = random.nextInt(3); i > 0; i--) {
        item(depth, width);
        op(one);
      }
    } else {
      op(Opcode.MARK);
      for (int i = random.nextInt(4); i > 0; i--) {
        item(depth, width);
      }
      if (noise > 0 && random.nextInt(15) == 0) {
        value(depth);
      }
      op(many);
    }
  }

  private void item(int depth, int width) {
    if (width == 2) {
      key(depth);
    }
    value(depth);
  }

  private void set(int depth) {
    boolean frozen = random.nextBoolean();
    op(frozen ? Opcode.MARK : Opcode.EMPTY_SET);
    if (!frozen) {
      remember();
      op(Opcode.MARK);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      key(depth);
    }
    op(frozen ? Opcode.FROZENSET : Opcode.ADDITEMS);
  }

  private void global() {
    if (random.nextBoolean()) {
      op(Opcode.GLOBAL);
      line(noise == 0 ? "torch._utils" : any(NAMES));
      line(noise == 0 ? "rebuild" : any(NAMES));
    } else {
      for (int i = 0; i < 2; i++) {
        byte[] name = any(NAMES).getBytes(StandardCharsets.UTF_8);
        counted(random.nextInt(8) == 0 ? Opcode.SHORT_BINSTRING : Opcode.SHORT_BINUNICODE, 1, name);
        remember();
      }
      op(Opcode.STACK_GLOBAL);
    }
    remember();
  }

  private void object(int depth) {
    switch (random.nextInt(8)) {
      case 0 -> global();
      case 1 -> {
        op(Opcode.PERSID);
        line(any(NAMES));
      }
      case 2 -> {
        value(depth);
        op(Opcode.BINPERSID);
      }
      case 3 -> {
        op(Opcode.MARK);
        values(depth, random.nextInt(3));
        op(Opcode.INST);
        line(any(NAMES.subList(0, 4)));
        line(any(NAMES.subList(0, 4)));
      }
      case 4 -> {
        op(Opcode.MARK);
        global();
        values(depth, random.nextInt(3));
        op(Opcode.OBJ);
      }
      case 5 -> {
        global();
        tuple(depth);
        dict(depth);
        op(Opcode.NEWOBJ_EX);
      }
      default -> {
        global();
        tuple(depth);
        op(random.nextBoolean() ? Opcode.REDUCE : Opcode.NEWOBJ);
      }
    }
    remember();
    content(depth);
  }

  /** States and items, as objects of all kinds have them. */
  private void content(int depth) {
    for (int i = random.nextInt(3); i > 0; i--) {
      switch (random.nextInt(noise == 0 ? 3 : 6)) {
        case 0 -> {
          dict(depth);
          op(Opcode.BUILD);
        }
        case 1 -> {
          dict(depth);
          dict(depth);
          op(Opcode.TUPLE2);
          op(Opcode.BUILD);
        }
        case 2 -> {
          value(depth);
          op(Opcode.BUILD);
        }
        case 3 -> items(depth, Opcode.APPEND, Opcode.APPENDS, 1);
        case 4 -> items(depth, Opcode.SETITEM, Opcode.SETITEMS, 2);
        default -> {
          tuple(depth);
          op(Opcode.REDUCE);
        }
      }
    }
  }

  private void remember() {
    switch (random.nextInt(14)) {
      case 0 -> {
        op(Opcode.BINPUT);
        out.write(memo++ & 0xff);
      }
      case 1 -> {
        op(Opcode.LONG_BINPUT);
        number(memo++, 4);
      }
      case 2 -> {
        op(Opcode.MEMOIZE);
        memo++;
      }
      case 3 -> {
        op(Opcode.PUT);
        line(noise > 0 && random.nextInt(4) == 0 ? any(INDICES) : "" + memo++);
      }
      case 4 -> {
        op(Opcode.DUP);
        op(Opcode.POP);
      }
      case 5 -> {
        op(Opcode.MARK);
        op(random.nextBoolean() ? Opcode.POP : Opcode.POP_MARK);
      }
      default -> {}
    }
  }

  /** Something from the memo, where there is something. */
  private void known() {
    if (memo == 0 || (noise > 0 && random.nextInt(20) == 0)) {
      small();
      return;
    }
    int index = random.nextInt(memo);
    switch (random.nextInt(3)) {
      case 0 -> {
        op(Opcode.BINGET);
        out.write(index & 0xff);
      }
      case 1 -> {
        op(Opcode.LONG_BINGET);
        number(index, 4);
      }
      default -> {
        op(Opcode.GET);
        line(noise > 0 && random.nextInt(4) == 0 ? any(INDICES) : "" + index);
      }
    }
  }
}
