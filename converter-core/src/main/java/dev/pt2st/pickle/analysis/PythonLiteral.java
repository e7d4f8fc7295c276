package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.PickleText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Formats values as Python's {@code repr} does. Such a text contains no control characters and no
 * line ends.
 */
public final class PythonLiteral {
  /**
   * From this exponent on, {@code repr} of a float writes an exponent (format code 'r' of CPython).
   */
  private static final int MOST_WHOLE_DIGITS = 16;

  private static final int MOST_LEADING_ZEROS = 4;

  private PythonLiteral() {}

  /** A {@code str}. */
  public static String text(String text) {
    char quote = quote(text.indexOf('\'') >= 0, text.indexOf('"') >= 0);
    StringBuilder literal = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints().forEach(c -> append(literal, c, quote));
    return literal.append(quote).toString();
  }

  private static char quote(boolean hasSingle, boolean hasDouble) {
    return hasSingle && !hasDouble ? '"' : '\'';
  }

  private static void append(StringBuilder literal, int c, char quote) {
    if (c == quote || c == '\\') {
      literal.append('\\').appendCodePoint(c);
    } else if (c < 0x80) {
      appendAscii(literal, c);
    } else if (isPrintable(c)) {
      literal.appendCodePoint(c);
    } else if (c < 0x100) {
      literal.append(String.format("\\x%02x", c));
    } else {
      literal.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
    }
  }

  private static void appendAscii(StringBuilder literal, int c) {
    switch (c) {
      case '\n' -> literal.append("\\n");
      case '\r' -> literal.append("\\r");
      case '\t' -> literal.append("\\t");
      default -> {
        if (c >= ' ' && c < 0x7f) {
          literal.append((char) c);
        } else {
          literal.append(String.format("\\x%02x", c));
        }
      }
    }
  }

  /** As {@code str.isprintable}: no separator except the space, and nothing of category C. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** A {@code bytes}. */
  public static String bytes(byte[] bytes) {
    return bytes(bytes, false);
  }

  /** A {@code bytearray}: {@code bytearray_repr} writes a backslash before each single quote. */
  static String byteArray(byte[] bytes) {
    return "bytearray(" + bytes(bytes, true) + ')';
  }

  private static String bytes(byte[] bytes, boolean escapesSingle) {
    String text = PickleText.latin1(bytes);
    char quote = quote(text.indexOf('\'') >= 0, text.indexOf('"') >= 0);
    StringBuilder literal = new StringBuilder(bytes.length + 3).append('b').append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote || c == '\\' || (c == '\'' && escapesSingle)) {
        literal.append('\\').append(c);
      } else {
        appendAscii(literal, c);
      }
    }
    return literal.append(quote).toString();
  }

  /** A {@code float}: the shortest text that reads back as the same number. */
  public static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value < 0 ? "-inf" : "inf";
    }
    String sign = Math.copySign(1, value) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal number = shortest(Math.abs(value));
    String digits = number.unscaledValue().toString();
    int point = digits.length() - number.scale(); // digits before the decimal point
    if (point > MOST_WHOLE_DIGITS || point <= -MOST_LEADING_ZEROS) {
      int exponent = point - 1;
      String mantissa = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "");
      return sign
          + mantissa
          + String.format("e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
    }
    String plain = number.toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  /**
   * {@link Double#toString} writes at least two digits, though one may be enough: 4.9E-324 is
   * 5e-324.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal number = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal oneDigit = number.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return oneDigit.doubleValue() == value ? oneDigit.stripTrailingZeros() : number;
  }
}
