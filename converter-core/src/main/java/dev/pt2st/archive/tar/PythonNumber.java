package dev.pt2st.archive.tar;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers as Python's {@code int(text, base)} and the number fields of {@code Lib/tarfile.py} take
 * them. What is beyond {@link #HUGE} either way is cut to it: no file is as long.
 */
final class PythonNumber {
  /** Far beyond any file, and sums of two of them still fit. */
  static final long HUGE = 1L << 60;

  private static final int POSITIVE = 0x80;
  private static final int NEGATIVE = 0xff;
  private static final String SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0]*";
  private static final Pattern OCTAL = pattern("(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)");
  private static final Pattern DECIMAL = pattern("([0-9]+(?:_[0-9]+)*)");

  private PythonNumber() {}

  private static Pattern pattern(String digits) {
    return Pattern.compile(SPACE + "([+-]?)" + digits + SPACE);
  }

  /** As {@code int(text)}; empty where Python finds no number. */
  static OptionalLong decimal(String text) {
    StringBuilder digits = new StringBuilder(text.length());
    // Python takes the digits of all scripts.
    text.codePoints()
        .forEach(c -> {
          int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
          digits.appendCodePoint(digit >= 0 ? '0' + digit : c);
        });
    return number(DECIMAL.matcher(digits), 10);
  }

  /** As {@code nti} of {@code Lib/tarfile.py}; empty where it finds no number. */
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
    return text.matches(SPACE) ? OptionalLong.of(0) : number(OCTAL.matcher(text), 8);
  }

  private static long base256(byte[] block, int from, int length, boolean negative) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      int digit = negative ? ~block[i] & 0xff : block[i] & 0xff;
      number = number > HUGE >> 8 ? HUGE : number << 8 | digit;
    }
    return negative ? -Math.min(HUGE, number + 1) : Math.min(HUGE, number);
  }

  private static OptionalLong number(Matcher matcher, int base) {
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String digits = matcher.group(2);
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) != '_') {
        number = Math.min(HUGE, number * base + (digits.charAt(i) - '0'));
      }
    }
    return OptionalLong.of(matcher.group(1).equals("-") ? -number : number);
  }
}
