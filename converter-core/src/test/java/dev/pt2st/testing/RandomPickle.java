package dev.pt2st.testing;

import dev.pt2st.pickle.Opcode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Random streams of all opcodes, in which each finds on stack and in memo what it asks for. */
public final class RandomPickle {
  private static final String TEXTS = "abc '\"\\\t\u00e4\u20ac\ud83d\ude00\u202e\u0001";

  private final Random random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> marks = new ArrayList<>();
  private int size;
  private int memo;

  private RandomPickle(long seed) {
    this.random = new Random(seed);
  }

  /** The stream of a seed, which ends with STOP and leaves nothing on the stack. */
  public static byte[] of(long seed, int instructions) {
    RandomPickle pickle = new RandomPickle(seed);
    pickle.emit(Opcode.NONE);
    for (int i = 0; i < instructions; i++) {
      List<Opcode> possible = Stream.of(Opcode.values()).filter(pickle::isPossible).toList();
      pickle.emit(possible.get(pickle.random.nextInt(possible.size())));
    }
    while (!pickle.marks.isEmpty()) {
      pickle.emit(Opcode.POP_MARK);
    }
    while (pickle.size > 1) {
      pickle.emit(Opcode.POP);
    }
    if (pickle.size == 0) {
      pickle.emit(Opcode.NONE);
    }
    pickle.emit(Opcode.STOP);
    return pickle.out.toByteArray();
  }

  private int available() {
    return size - (marks.isEmpty() ? 0 : marks.getLast());
  }

  private boolean isPossible(Opcode opcode) {
    Opcode.Effect effect = opcode.effect();
    int below = available();
    if (effect.takesMark()) {
      if (marks.isEmpty() || (opcode == Opcode.OBJ && below == 0)) {
        return false;
      }
      below = marks.getLast() - (marks.size() == 1 ? 0 : marks.get(marks.size() - 2));
    }
    return switch (opcode) {
      case STOP, FRAME, BINPUT -> false; // BINPUT only knows 256 places
      case GET, BINGET, LONG_BINGET -> memo > 0;
      default -> below >= effect.needs();
    };
  }

  private void emit(Opcode opcode) {
    out.write(opcode.code());
    Opcode.Effect effect = opcode.effect();
    switch (opcode.encoding()) {
      case NONE -> {}
      case LINE -> line(opcode);
      case TWO_LINES -> {
        latin1("zoo.animal\n");
        latin1("Lion.roar\n");
      }
      case U8 ->
          out.write(opcode == Opcode.BINGET ? random.nextInt(memo) % 256 : random.nextInt(6));
      case U16 -> number(random.nextInt(), 2);
      case I32 -> number(random.nextInt(), 4);
      case U32 -> number(opcode == Opcode.LONG_BINPUT ? memo : random.nextInt(memo), 4);
      case I64 -> number(0, 8);
      case F64 -> number(random.nextLong(), 8);
      case BYTES1 -> counted(opcode, 1);
      case BYTES4, SIGNED_BYTES4 -> counted(opcode, 4);
      case BYTES8 -> counted(opcode, 8);
    }
    if (effect == Opcode.Effect.MARK) {
      marks.add(size);
    } else if (effect.takesMark()) {
      size = marks.removeLast();
    }
    size += effect.pushes() - effect.takes();
    if (opcode == Opcode.PUT || opcode == Opcode.LONG_BINPUT || opcode == Opcode.MEMOIZE) {
      memo++;
    }
  }

  private void line(Opcode opcode) {
    latin1(
        switch (opcode) {
          case INT -> random.nextBoolean() ? "0" + random.nextInt(2) : "" + random.nextInt();
          case LONG -> random.nextLong() + "9876543210L";
          case FLOAT -> "" + random.nextGaussian();
          case STRING -> "'it\\'s \\x41'";
          case UNICODE -> "\u00e4 \\u20ac \\U0001f600";
          case GET -> "" + random.nextInt(memo);
          case PUT -> "" + memo;
          default -> "persistent 1";
        });
    out.write('\n');
  }

  private void counted(Opcode opcode, int width) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(8);
    for (int i = 0; i < length; i++) {
      int at = random.nextInt(TEXTS.codePointCount(0, TEXTS.length()));
      text.appendCodePoint(TEXTS.codePointAt(TEXTS.offsetByCodePoints(0, at)));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (opcode == Opcode.BINSTRING || opcode == Opcode.SHORT_BINSTRING) {
      // Of a Python 2 string pickletools shows each byte, the machine what PyTorch makes of it.
      bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    } else if (opcode == Opcode.BYTEARRAY8) {
      // Of a bytearray alone Python escapes a quote that needs none.
      bytes = text.toString().replace("'", "").getBytes(StandardCharsets.UTF_8);
    }
    number(bytes.length, width);
    out.writeBytes(bytes);
  }

  private void number(long value, int width) {
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(bytes, 0, width);
  }

  private void latin1(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
