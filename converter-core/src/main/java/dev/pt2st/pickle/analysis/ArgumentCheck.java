package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Whether at least one of CPython's two unpicklers accepts the argument of an opcode. If both
 * refuse it, every unpickler stops there. The time is linear in the argument's bytes, and nothing
 * is kept.
 */
final class ArgumentCheck {
  private static final int PIECE = 1 << 13;

  private ArgumentCheck() {}

  static boolean mayBeTaken(Instruction instruction) {
    return switch (instruction.argument()) {
      case Argument.Nothing _, Argument.Real _ -> true;
      case Argument.Whole(long value) -> instruction.opcode() != Opcode.FRAME || value >= 0;
      case Argument.Line(MemorySegment line) -> lineMayBeTaken(instruction.opcode(), line);
      case Argument.TwoLines(MemorySegment module, MemorySegment name) ->
          namesMayBeTaken(instruction.opcode(), module, name);
      case Argument.Counted(MemorySegment bytes) ->
          switch (instruction.opcode()) {
            case SHORT_BINUNICODE, BINUNICODE, BINUNICODE8 -> isUtf8(bytes, true);
            default -> true;
          };
    };
  }

  /** Both lines are decoded before anything is imported. */
  private static boolean namesMayBeTaken(Opcode opcode, MemorySegment module, MemorySegment name) {
    return opcode == Opcode.INST
        ? isAscii(module) && isAscii(name)
        : isUtf8(module, false) && isUtf8(name, false);
  }

  private static boolean lineMayBeTaken(Opcode opcode, MemorySegment line) {
    return switch (opcode) {
      case INT -> NumberSyntax.isInt(bytes(line));
      case LONG -> NumberSyntax.isLong(bytes(line));
      case FLOAT -> NumberSyntax.isFloat(bytes(line));
      case GET, PUT -> NumberSyntax.index(bytes(line)) != null;
      case STRING -> isQuoted(bytes(line));
      case UNICODE -> hasSoundEscapes(bytes(line));
      default -> true;
    };
  }

  private static byte[] bytes(MemorySegment line) {
    return line.toArray(ValueLayout.JAVA_BYTE);
  }

  /** A literal of Python 2 ({@code PyBytes_DecodeEscape}). */
  private static boolean isQuoted(byte[] line) {
    int last = line.length - 1;
    if (last < 1 || line[0] != line[last] || (line[0] != '\'' && line[0] != '"')) {
      return false;
    }
    for (int i = 1; i < last; i++) {
      if (line[i] == '\\') {
        i++;
        if (i == last || (line[i] == 'x' && !hasHexDigits(line, i + 1, 2, last))) {
          return false;
        }
      }
    }
    return true;
  }

  /** {@code PyUnicode_DecodeRawUnicodeEscape}. */
  private static boolean hasSoundEscapes(byte[] line) {
    for (int i = 0; i + 1 < line.length; i++) {
      if (line[i] == '\\') {
        i++;
        int digits = line[i] == 'u' ? 4 : line[i] == 'U' ? 8 : 0;
        if (!hasHexDigits(line, i + 1, digits, line.length)
            || (digits == 8 && !isCharacter(line, i + 1))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean hasHexDigits(byte[] line, int from, int count, int end) {
    if (from + count > end) {
      return false;
    }
    for (int i = from; i < from + count; i++) {
      if (line[i] < 0 || Character.digit(line[i], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether eight digits are at most U+10FFFF. */
  private static boolean isCharacter(byte[] line, int from) {
    return line[from] == '0'
        && line[from + 1] == '0'
        && (line[from + 2] == '0' || (line[from + 2] == '1' && line[from + 3] == '0'));
  }

  private static boolean isAscii(MemorySegment bytes) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether bytes are UTF-8.
   *
   * @param surrogates whether surrogates are accepted, as Python's error handler for them does
   */
  private static boolean isUtf8(MemorySegment bytes, boolean surrogates) {
    long size = bytes.byteSize();
    byte[] piece = new byte[(int) Math.min(size, PIECE)];
    int missing = 0;
    int low = 0x80;
    int high = 0xbf;
    for (long from = 0; from < size; from += piece.length) {
      int count = (int) Math.min(piece.length, size - from);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, piece, 0, count);
      for (int i = 0; i < count; i++) {
        int c = piece[i] & 0xff;
        if (missing == 0) {
          if (c < 0x80) {
            continue;
          }
          missing = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
          if (c < 0xc2 || c > 0xf4) {
            return false;
          }
          low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
          high = c == 0xed && !surrogates ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        } else {
          if (c < low || c > high) {
            return false;
          }
          missing--;
          low = 0x80;
          high = 0xbf;
        }
      }
    }
    return missing == 0;
  }
}
