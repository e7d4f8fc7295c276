package dev.pt2st.testing;

import dev.pt2st.pickle.Opcode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random streams made to pass for something else: text, or another format's magic number, at the
 * front; memo indices, names and numbers as only one of CPython's machines takes them; and then
 * something that imports, is called, or is changed.
 */
public final class OddPickle extends WildAtoms {
  /** Beginnings that are opcodes too, most of them. */
  private static final List<String> FRONTS =
      List.of(
          "",
          "",
          "",
          "GGUFthree\n0",
          "GIF89a12",
          "II*\0\n0",
          "I1\n0",
          "ID3\n",
          "I 7\n0",
          "(c) ",
          "(1) ",
          "N0",
          "Nothing\n",
          "F1.5\n0",
          "F1_0\n0",
          "Vsome text\n0",
          "V# a title\n0",
          "S'quoted'\n0",
          "L12L\n0",
          "]",
          "}0",
          "(",
          "((((1",
          "K.0",
          "M..0",
          "\u008c\4text0",
          "X\4\0\0\0text0",
          "\u0080\2",
          "\u0080\4",
          "\u0080\5",
          "\u0080\6",
          "\u0080\0",
          "\u0095\u0010\0\0\0\0\0\0\0",
          "<html>",
          "a,b,c\n",
          "#!/bin/sh\n",
          "{\"a\": 1}",
          "BM",
          "%PDF-1.7\n",
          "RIFF",
          "ID3\3\0",
          "\u0089PNG\r\n\u001a\n",
          "chapter\n",
          "c.dot\n",
          "cat\ndog\n",
          "import os\n",
          "P1\n0",
          "P6\n");

  private static final List<String> MODULES =
      List.of(
          "os",
          "builtins",
          "__builtin__",
          "copyreg",
          "copy_reg",
          "sys",
          "antigravity",
          "zoo.animal",
          "é",
          "a b",
          "my-mod",
          "os.path",
          ".os",
          "os.",
          "os\0x",
          "",
          "lib-dynload");

  private static final List<String> NAMES =
      List.of(
          "system",
          "exec",
          "path",
          "_inverted_registry",
          "a.b.c",
          "é",
          "a b",
          "",
          "__class__",
          "__dict__",
          "x".repeat(300));

  private static final List<Opcode> ALL = List.of(Opcode.values());

  /** How many values lie above each mark. */
  private final List<Integer> heights = new ArrayList<>(List.of(0));

  private final List<String> indices = new ArrayList<>();

  private OddPickle(long seed) {
    super(new Random(seed));
  }

  /** The stream of a seed. */
  public static byte[] of(long seed) {
    return new OddPickle(seed).stream();
  }

  private byte[] stream() {
    out.writeBytes(any(FRONTS).getBytes(StandardCharsets.ISO_8859_1));
    for (int i = random.nextInt(12); i >= 0; i--) {
      step();
    }
    if (random.nextInt(3) == 0) {
      op(Opcode.STOP);
    }
    if (random.nextInt(4) == 0) {
      line("rest of the text");
    }
    byte[] stream = out.toByteArray();
    if (stream.length > 0 && random.nextInt(6) == 0) {
      stream[random.nextInt(stream.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(6) == 0
        ? Arrays.copyOf(stream, random.nextInt(stream.length + 1))
        : stream;
  }

  private int height() {
    return heights.getLast();
  }

  private void grow(int by) {
    heights.set(heights.size() - 1, Math.max(0, height() + by));
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0 -> push(this::number);
      case 1 -> push(this::text);
      case 2 -> push(this::small);
      case 3 ->
          push(() -> op(any(List.of(Opcode.EMPTY_LIST, Opcode.EMPTY_DICT, Opcode.EMPTY_SET))));
      case 4 -> {
        op(Opcode.MARK);
        heights.add(0);
      }
      case 5 -> closeMark();
      case 6, 7 -> push(this::global);
      case 8 -> remember();
      case 9 -> recall();
      case 10 -> pop();
      case 11 -> use();
      case 12 -> instance();
      case 13 -> extension();
      case 14 -> frame();
      default -> anyOpcode();
    }
  }

  private void push(Runnable writing) {
    writing.run();
    grow(1);
  }

  private void pop() {
    if (height() > 0 || random.nextInt(4) == 0) {
      op(any(List.of(Opcode.POP, Opcode.POP, Opcode.DUP)));
      grow(-1);
    }
  }

  private void closeMark() {
    if (heights.size() == 1 && random.nextInt(6) > 0) {
      return;
    }
    Opcode opcode =
        any(
            List.of(
                Opcode.TUPLE,
                Opcode.TUPLE,
                Opcode.TUPLE,
                Opcode.LIST,
                Opcode.DICT,
                Opcode.FROZENSET,
                Opcode.POP_MARK,
                Opcode.APPENDS,
                Opcode.SETITEMS,
                Opcode.ADDITEMS,
                Opcode.OBJ));
    op(opcode);
    if (heights.size() > 1) {
      heights.removeLast();
    }
    grow(opcode.effect().pushes());
  }

  private void global() {
    if (random.nextInt(3) > 0) {
      op(Opcode.GLOBAL);
      line(oddly(MODULES));
      line(oddly(NAMES));
      return;
    }
    for (List<String> names : List.of(MODULES, NAMES)) {
      byte[] name = oddly(names).getBytes(StandardCharsets.UTF_8);
      switch (random.nextInt(5)) {
        case 0 -> counted(Opcode.BINUNICODE, 4, name);
        case 1 -> counted(Opcode.BINSTRING, 4, name);
        case 2 -> {
          op(Opcode.UNICODE);
          out.writeBytes(name);
          out.write('\n');
        }
        default -> counted(Opcode.BINUNICODE8, 8, name);
      }
      if (random.nextInt(4) == 0) {
        remember();
      }
    }
    op(Opcode.STACK_GLOBAL);
  }

  /** Most often one that is usual. */
  private String oddly(List<String> names) {
    return random.nextInt(3) > 0 ? names.get(random.nextInt(4)) : any(names);
  }

  private void remember() {
    String index =
        switch (random.nextInt(6)) {
          case 0 -> "0".repeat(random.nextInt(400)) + random.nextInt(4);
          case 1 -> " +" + random.nextInt(4) + "\t";
          case 2 -> "1_" + random.nextInt(4);
          case 3 -> "9".repeat(1 + random.nextInt(40));
          case 4 -> any(OddTexts.INDICES);
          default -> String.valueOf(random.nextInt(4));
        };
    switch (random.nextInt(4)) {
      case 0 -> {
        op(Opcode.BINPUT);
        out.write(random.nextInt(4));
      }
      case 1 -> op(Opcode.MEMOIZE);
      default -> {
        op(Opcode.PUT);
        line(index);
        indices.add(index);
      }
    }
  }

  private void recall() {
    if (!indices.isEmpty() && random.nextInt(4) > 0) {
      op(Opcode.GET);
      String index = any(indices);
      line(random.nextBoolean() ? index : index.strip().replaceFirst("^[+0_]+(?=[0-9])", ""));
    } else {
      op(Opcode.BINGET);
      out.write(random.nextInt(3));
    }
    grow(1);
  }

  /** Something done with what is on top. */
  private void use() {
    switch (random.nextInt(9)) {
      case 0 -> op(Opcode.BUILD);
      case 1 -> op(Opcode.APPEND);
      case 2 -> op(Opcode.SETITEM);
      case 3 -> op(Opcode.NEWOBJ);
      case 4 -> op(Opcode.NEWOBJ_EX);
      case 5 -> op(Opcode.BINPERSID);
      case 6 -> op(any(List.of(Opcode.TUPLE1, Opcode.TUPLE2, Opcode.TUPLE3)));
      default -> {
        small();
        op(Opcode.REDUCE);
      }
    }
    grow(-1);
  }

  private void instance() {
    if (random.nextBoolean()) {
      op(Opcode.MARK);
    }
    op(Opcode.INST);
    line(oddly(MODULES));
    line(oddly(NAMES));
    grow(1);
  }

  /** Fills the extension registry, and asks it. */
  private void extension() {
    if (random.nextBoolean()) {
      out.writeBytes(
          "ccopyreg\n_inverted_registry\nI77\n(Vos\nVsystem\nts0"
              .getBytes(StandardCharsets.ISO_8859_1));
    }
    op(Opcode.EXT1);
    out.write(random.nextInt(5) == 0 ? random.nextInt(256) : 'M');
    grow(1);
  }

  private void frame() {
    op(Opcode.FRAME);
    number(random.nextInt(40), 8);
  }

  private void anyOpcode() {
    op(any(ALL));
    if (random.nextBoolean()) {
      line("1");
    }
  }
}
