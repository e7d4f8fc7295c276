package dev.pt2st.pickle.analysis;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether at least one of CPython's two unpicklers accepts a line as a number. The one written in C
 * reads up to a zero byte, with {@code strtol}, {@code PyLong_FromString} and {@code
 * PyOS_string_to_double}; the one written in Python calls {@code int} and {@code float}. The number
 * of digits is not limited, as before Python 3.11.
 */
final class NumberSyntax {
  private final byte[] line;
  private int at;
  private int end;

  private NumberSyntax(byte[] line) {
    this.line = line;
    int nul = 0;
    while (nul < line.length && line[nul] != 0) {
      nul++;
    }
    this.end = nul;
    while (at < end && isSpace(line[at])) {
      at++;
    }
    while (end > at && isSpace(line[end - 1])) {
      end--;
    }
    if (at < end && (line[at] == '-' || line[at] == '+')) {
      at++;
    }
  }

  /** INT: any base with a prefix, and octal with a leading zero. */
  static boolean isInt(byte[] line) {
    NumberSyntax number = new NumberSyntax(line);
    // With a zero byte at the start, strtol reads nothing and reports no error.
    return (line.length > 0 && line[0] == 0) || number.isWhole(true);
  }

  /** LONG: any base with a prefix, and an optional L at the end. */
  static boolean isLong(byte[] line) {
    byte[] number = line;
    if (line.length > 0 && line[line.length - 1] == 'L') {
      number = Arrays.copyOf(line, line.length - 1);
    }
    return new NumberSyntax(number).isWhole(false);
  }

  /**
   * The digits of a memo index, without leading zeros ({@code "0"} for zero); null if it is not an
   * index.
   */
  static @Nullable String index(byte[] line) {
    NumberSyntax number = new NumberSyntax(line);
    boolean negative = number.at > 0 && number.at <= line.length && line[number.at - 1] == '-';
    int from = number.at;
    if (!number.digits(10) || number.at != number.end) {
      return null;
    }
    StringBuilder digits = new StringBuilder(number.end - from);
    for (int i = from; i < number.end; i++) {
      if (line[i] != '_' && (line[i] != '0' || !digits.isEmpty())) {
        digits.append((char) line[i]);
      }
    }
    if (digits.isEmpty()) {
      return "0";
    }
    return negative ? null : digits.toString();
  }

  private boolean isWhole(boolean orOctal) {
    if (at < end && line[at] == '0') {
      int base = end - at > 1 ? base(line[at + 1]) : 10;
      if (base != 10) {
        at += 2;
        // An underscore may follow the prefix.
        at += at < end && line[at] == '_' ? 1 : 0;
        return digits(base) && at == end;
      }
      int from = at;
      if (digits(1) && at == end) {
        return true; // only zeros
      }
      at = from;
      return orOctal && octal() && at == end;
    }
    return digits(10) && at == end;
  }

  private static int base(byte letter) {
    return switch (letter) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 10;
    };
  }

  private boolean octal() {
    while (at < end && line[at] >= '0' && line[at] <= '7') {
      at++;
    }
    return true;
  }

  /** Digits with single underscores between them, at least one. */
  private boolean digits(int base) {
    int from = at;
    while (at < end) {
      if (isDigit(line[at], base)
          || (line[at] == '_'
              && at > from
              && line[at - 1] != '_'
              && at + 1 < end
              && isDigit(line[at + 1], base))) {
        at++;
      } else {
        break;
      }
    }
    return at > from;
  }

  /** Whether a byte is a digit of a base; base 1 has only the zero. */
  private static boolean isDigit(byte c, int base) {
    if (base == 1) {
      return c == '0';
    }
    return c >= 0 && Character.digit(c, base) >= 0;
  }

  /** FLOAT. */
  static boolean isFloat(byte[] line) {
    return new NumberSyntax(line).isReal();
  }

  private boolean isReal() {
    if (isWord("inf") || isWord("infinity") || isWord("nan")) {
      return true;
    }
    boolean whole = digits(10);
    boolean fraction = false;
    if (at < end && line[at] == '.') {
      at++;
      fraction = digits(10);
    }
    if (!whole && !fraction) {
      return false;
    }
    if (at < end && (line[at] == 'e' || line[at] == 'E')) {
      at++;
      if (at < end && (line[at] == '-' || line[at] == '+')) {
        at++;
      }
      return digits(10) && at == end;
    }
    return at == end;
  }

  private boolean isWord(String word) {
    if (end - at != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((line[at + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
