package dev.pt2st.testing;

import dev.pt2st.pickle.Opcode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Random streams that build something, with every edge that the opcodes have: numbers and texts
 * written oddly, states, slots, items for what takes none, memo and marks out of order. Most get
 * far before they break, or do not.
 */
public final class WildPickle extends WildAtoms {
  private static final int DEEPEST = 6;

  private int memo;

  private WildPickle(long seed) {
    super(new Random(seed));
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
        byte[] bytes = any(OddTexts.PYTHON2).getBytes(StandardCharsets.UTF_8);
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
      line(noise == 0 ? "torch._utils" : any(OddTexts.NAMES));
      line(noise == 0 ? "rebuild" : any(OddTexts.NAMES));
    } else {
      for (int i = 0; i < 2; i++) {
        byte[] name = any(OddTexts.NAMES).getBytes(StandardCharsets.UTF_8);
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
        line(any(OddTexts.NAMES));
      }
      case 2 -> {
        value(depth);
        op(Opcode.BINPERSID);
      }
      case 3 -> {
        op(Opcode.MARK);
        values(depth, random.nextInt(3));
        op(Opcode.INST);
        line(any(OddTexts.NAMES.subList(0, 4)));
        line(any(OddTexts.NAMES.subList(0, 4)));
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
        line(noise > 0 && random.nextInt(4) == 0 ? any(OddTexts.INDICES) : "" + memo++);
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
        line(noise > 0 && random.nextInt(4) == 0 ? any(OddTexts.INDICES) : "" + index);
      }
    }
  }
}
