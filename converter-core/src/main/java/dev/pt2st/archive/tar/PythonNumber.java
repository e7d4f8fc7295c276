package dev.pt2st.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Numbers as Python's {@code int(text, base)} and the number fields of {@code Lib/tarfile.py} take
 * them. What is beyond {@link #HUGE} either way is cut to it: no file is as long.
 */
final class PythonNumber {
  /** Far beyond any file, and sums of two of them still fit. */
  static final long HUGE = 1L << 60;

  private static final int POSITIVE = 0x80;
  private static final int NEGATIVE = 0xff;
  private static final char NEXT_LINE = 0x85;

  private PythonNumber() {}

  /** As {@code int(text)}; empty if Python finds no number. */
  static OptionalLong decimal(String text) {
    return number(text, 10);
  }

  /** As {@code nti} of {@code Lib/tarfile.py}; empty if it finds no number. */
  static OptionalLong field(byte[] block, int from, int length) {
    int first = block[from] & 0xff;
    if (first == POSITIVE || first == NEGATIVE) {
      return OptionalLong.of(base256(block, from + 1, length - 1, first == NEGATIVE));
    }
    int end = from;
    while (end < from + length && block[end] != 0) {
      if (block[end] < 0) {
        return OptionalLong.empty();
      }
      end++;
    }
    String text = new String(block, from, end - from, StandardCharsets.US_ASCII);
    return skipSpace(text, 0) == text.length() ? OptionalLong.of(0) : number(text, 8);
  }

  private static long base256(byte[] block, int from, int length, boolean negative) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      int digit = negative ? ~block[i] & 0xff : block[i] & 0xff;
      number = number > HUGE >> 8 ? HUGE : number << 8 | digit;
    }
    return negative ? -Math.min(HUGE, number + 1) : Math.min(HUGE, number);
  }

  /** A sign, digits of any script, single underscores between them, and space around it all. */
  private static OptionalLong number(String text, int base) {
    int at = skipSpace(text, 0);
    boolean negative = at < text.length() && text.charAt(at) == '-';
    if (negative || (at < text.length() && text.charAt(at) == '+')) {
      at++;
    }
    boolean isPrefixed = base == 8 && (text.startsWith("0o", at) || text.startsWith("0O", at));
    at += isPrefixed ? 2 : 0;
    boolean mayBeUnderscore = isPrefixed;
    boolean hasDigit = false;
    long number = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int digit = Character.isDigit(c) ? Character.digit(c, base) : -1;
      if (digit >= 0) {
        number = Math.min(HUGE, number * base + digit);
        hasDigit = true;
        mayBeUnderscore = true;
      } else if (c == '_' && mayBeUnderscore) {
        hasDigit = false;
        mayBeUnderscore = false;
      } else {
        break;
      }
      at += Character.charCount(c);
    }
    return hasDigit && skipSpace(text, at) == text.length()
        ? OptionalLong.of(negative ? -number : number)
        : OptionalLong.empty();
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == NEXT_LINE
        || Character.isSpaceChar(c);
  }
}
