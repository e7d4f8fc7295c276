package dev.pt2st.testing;

import dev.pt2st.pickle.Opcode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Writes random opcodes with what stands behind them: numbers and texts, some of them oddly. */
abstract class WildAtoms {
  final Random random;
  final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** How seldom there is a mistake; 0 for never. */
  final int noise;

  WildAtoms(Random random) {
    this.random = random;
    // Some streams have no mistakes, most have some.
    this.noise = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 60);
  }

  final <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  final void op(Opcode opcode) {
    out.write(opcode.code());
  }

  final void line(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  final void number(long value, int width) {
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(bytes, 0, width);
  }

  final void counted(Opcode opcode, int width, byte[] bytes) {
    op(opcode);
    number(bytes.length, width);
    out.writeBytes(bytes);
  }

  final void number() {
    switch (random.nextInt(9)) {
      case 0 -> lineOf(Opcode.INT, OddTexts.INTEGERS);
      case 1 -> lineOf(Opcode.LONG, OddTexts.INTEGERS);
      case 2 -> lineOf(Opcode.FLOAT, OddTexts.REALS);
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

  final void lineOf(Opcode opcode, List<String> texts) {
    op(opcode);
    // The odd ones break the stream, most of them: not too many of these.
    line(noise == 0 || random.nextInt(3) > 0 ? texts.getFirst() : any(texts));
  }

  final void text() {
    byte[] utf8 = any(OddTexts.PYTHON2).getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        random.nextInt(6) == 0
            ? any(List.of("\u00ed\u00a0\u0080", "\u00ff", "\u00c0\u0080", "\u00ed\u00bf\u00bfa"))
                .getBytes(StandardCharsets.ISO_8859_1)
            : utf8;
    switch (random.nextInt(10)) {
      case 0 -> lineOf(Opcode.STRING, OddTexts.STRINGS);
      case 1 -> lineOf(Opcode.UNICODE, OddTexts.UNICODES);
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

  final void small() {
    op(any(List.of(Opcode.NONE, Opcode.NEWTRUE, Opcode.NEWFALSE, Opcode.EMPTY_TUPLE)));
  }
}
