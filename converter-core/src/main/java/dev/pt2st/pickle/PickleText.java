package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decodes the textual arguments of opcodes as CPython's {@code Modules/_pickle.c} does. */
public final class PickleText {
  /** The limit that CPython sets for decimal text ({@code sys.int_info.default_max_str_digits}). */
  private static final int MAX_DIGITS = 4300;

  /** No checkpoint needs a longer integer, and BigInteger ends at 256 MiB. */
  private static final int MAX_INTEGER_BYTES = 16 << 20;

  private static final Pattern REAL =
      Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d++)?");

  private PickleText() {}

  /**
   * Decodes UTF-8 as Python does with {@code surrogatepass}: three-byte surrogates are accepted.
   */
  static String utf8(byte[] bytes, Supplier<Place> where) throws MalformedException {
    String text = strictUtf8(bytes);
    if (text != null) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(bytes.length);
    int at = 0;
    int start = 0;
    while (at < bytes.length) {
      if (isSurrogate(bytes, at)) {
        String before = strictUtf8(Arrays.copyOfRange(bytes, start, at));
        if (before == null) {
          break;
        }
        decoded.append(before);
        append(
            decoded,
            (bytes[at] & 0x0f) << 12 | (bytes[at + 1] & 0x3f) << 6 | (bytes[at + 2] & 0x3f),
            where);
        at += 3;
        start = at;
      } else {
        at++;
      }
    }
    String rest = at < bytes.length ? null : strictUtf8(Arrays.copyOfRange(bytes, start, at));
    if (rest == null) {
      throw new MalformedException(where.get(), "a text is not valid UTF-8");
    }
    return decoded.append(rest).toString();
  }

  /**
   * Appends a character. Two surrogates in a row are two characters in Python 3 and would be one
   * here; no writer writes them.
   */
  private static void append(StringBuilder text, int codePoint, Supplier<Place> where)
      throws MalformedException {
    if (codePoint <= Character.MAX_VALUE
        && Character.isLowSurrogate((char) codePoint)
        && !text.isEmpty()
        && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
      throw new MalformedException(where.get(), "a text has a character written as two halves");
    }
    text.appendCodePoint(codePoint);
  }

  private static boolean isSurrogate(byte[] bytes, int at) {
    return at + 2 < bytes.length
        && bytes[at] == (byte) 0xed
        && (bytes[at + 1] & 0xe0) == 0xa0
        && (bytes[at + 2] & 0xc0) == 0x80;
  }

  /** The text, or null if it is not UTF-8. */
  public static @Nullable String strictUtf8(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  public static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** INT: an integer in any base, or {@code 00} and {@code 01} for a bool ({@code load_int}). */
  static Value integer(byte[] line, Supplier<Place> where) throws MalformedException {
    String text = latin1(line);
    BigInteger value = text.isEmpty() ? null : strtol(upToNul(text));
    if (value == null) {
      value = pythonInt(text, 0, where);
    } else if (text.length() == 2 && value.bitLength() <= 1 && value.signum() >= 0) {
      return value.signum() == 0 ? Value.Bool.FALSE : Value.Bool.TRUE;
    }
    return ofBigInteger(value);
  }

  /** LONG: an integer in any base, with or without an L at the end ({@code load_long}). */
  static Value longInteger(byte[] line, Supplier<Place> where) throws MalformedException {
    String text = latin1(line);
    return ofBigInteger(
        pythonInt(text.endsWith("L") ? text.substring(0, text.length() - 1) : text, 0, where));
  }

  /** The index of PUT and GET. */
  public static long index(byte[] line, Supplier<Place> where) throws MalformedException {
    BigInteger value = pythonInt(latin1(line), 10, where);
    if (value.signum() < 0 || value.bitLength() >= Long.SIZE) {
      throw new MalformedException(where.get(), "a memo index of " + latin1(line).strip());
    }
    return value.longValue();
  }

  /** LONG1 and LONG4: little-endian two's complement; no bytes mean zero ({@code decode_long}). */
  static Value binaryInteger(byte[] littleEndian, Supplier<Place> where) throws MalformedException {
    if (littleEndian.length > MAX_INTEGER_BYTES) {
      throw tooLong(where);
    }
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return ofBigInteger(bigEndian.length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian));
  }

  static Value ofBigInteger(BigInteger value) {
    return value.bitLength() < Long.SIZE
        ? Value.Int.of(value.longValue())
        : new Value.BigInt(value);
  }

  /** The text up to a zero byte, where the C functions that CPython calls stop. */
  private static String upToNul(String text) {
    int nul = text.indexOf('\0');
    return nul < 0 ? text : text.substring(0, nul);
  }

  /**
   * The number that C's {@code strtol(text, &end, 0)} reads; null if it does not read the whole
   * text.
   */
  private static @Nullable BigInteger strtol(String text) {
    if (text.isEmpty()) {
      return BigInteger.ZERO;
    }
    String number = stripLeading(text);
    boolean negative = number.startsWith("-");
    if (negative || number.startsWith("+")) {
      number = number.substring(1);
    }
    int base = 10;
    if (number.toLowerCase(Locale.ROOT).startsWith("0x")) {
      base = 16;
      number = number.substring(2);
    } else if (number.startsWith("0")) {
      base = 8;
    }
    if (number.isEmpty() || !isDigits(number, base)) {
      return null;
    }
    BigInteger value = parse(number, base);
    value = negative ? value.negate() : value;
    return value.bitLength() < Long.SIZE ? value : null;
  }

  private static boolean isDigits(String text, int base) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80 || Character.digit(text.charAt(i), base) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The value of digits. The time is linear if the base is a power of two. */
  private static MalformedException tooLong(Supplier<Place> where) {
    return new MalformedException(
        where.get(), "an integer of more than " + MAX_INTEGER_BYTES + " bytes");
  }

  private static BigInteger parse(String digits, int base) {
    if (base == 10) {
      // At most MAX_DIGITS digits, or too many for strtol anyway, so quadratic time is acceptable.
      return new BigInteger(digits.substring(0, Math.min(digits.length(), MAX_DIGITS)));
    }
    int bits = Integer.numberOfTrailingZeros(base);
    byte[] magnitude = new byte[(int) (((long) digits.length() * bits + 7) / 8)];
    for (int i = 0; i < digits.length(); i++) {
      long bit = (long) (digits.length() - 1 - i) * bits;
      int at = magnitude.length - 1 - (int) (bit / 8);
      int shifted = Character.digit(digits.charAt(i), base) << (bit % 8);
      magnitude[at] |= (byte) shifted;
      if (shifted > 0xff) {
        magnitude[at - 1] |= (byte) (shifted >> 8);
      }
    }
    return new BigInteger(1, magnitude);
  }

  /** Python's {@code int(text, base)} for a base of 0 or 10 ({@code PyLong_FromString}). */
  private static BigInteger pythonInt(String text, int givenBase, Supplier<Place> where)
      throws MalformedException {
    String number = stripLeading(upToNul(text));
    int end = number.length();
    while (end > 0 && isSpace(number.charAt(end - 1))) {
      end--;
    }
    number = number.substring(0, end);
    boolean negative = number.startsWith("-");
    if (negative || number.startsWith("+")) {
      number = number.substring(1);
    }
    int base = 10;
    if (givenBase == 0 && number.length() > 1 && number.charAt(0) == '0') {
      base =
          switch (number.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
          };
      if (base != 10) {
        // An underscore may follow the prefix.
        number = number.startsWith("_", 2) ? number.substring(3) : number.substring(2);
      } else if (!number.replace("_", "").matches("0+")) {
        // A leading zero once meant octal, so Python accepts it only for zero itself.
        throw new MalformedException(where.get(), "an integer is not written as one");
      }
    }
    if (number.startsWith("_") || number.endsWith("_") || number.contains("__")) {
      throw new MalformedException(where.get(), "an integer is not written as one");
    }
    number = number.replace("_", "");
    if (base == 10 && number.length() > MAX_DIGITS) {
      throw new MalformedException(
          where.get(),
          "an integer of more than " + MAX_DIGITS + " digits, which Python does not read");
    }
    if (number.isEmpty() || !isDigits(number, base)) {
      throw new MalformedException(where.get(), "an integer is not written as one");
    }
    if (number.length() > MAX_INTEGER_BYTES) {
      throw tooLong(where);
    }
    BigInteger value = parse(number, base);
    return negative ? value.negate() : value;
  }

  private static String stripLeading(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** FLOAT ({@code PyOS_string_to_double}). */
  static Value real(byte[] line, Supplier<Place> where) throws MalformedException {
    String text = upToNul(latin1(line));
    if (REAL.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      if (!Double.isInfinite(value)) {
        return new Value.Real(value);
      }
    }
    String word = text.toLowerCase(Locale.ROOT);
    boolean negative = word.startsWith("-");
    word = negative || word.startsWith("+") ? word.substring(1) : word;
    return switch (word) {
      case "inf", "infinity" ->
          new Value.Real(negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      case "nan" -> new Value.Real(Double.NaN);
      default -> throw new MalformedException(where.get(), "a float is not written as one");
    };
  }

  /** STRING: a quoted Python literal with escapes ({@code load_string}). */
  static Value.Text string(MemorySegment line, Supplier<Place> where) throws MalformedException {
    long last = line.byteSize() - 1;
    byte quote = last < 1 ? 0 : line.get(ValueLayout.JAVA_BYTE, 0);
    if ((quote != '\'' && quote != '"') || quote != line.get(ValueLayout.JAVA_BYTE, last)) {
      throw new MalformedException(where.get(), "the argument of STRING is not quoted");
    }
    MemorySegment literal = line.asSlice(1, last - 1);
    long size = TextCoding.STRING_ESCAPES.size(literal);
    if (size < 0) {
      throw new MalformedException(where.get(), "a string has an invalid escape");
    }
    return Value.Text.python2(new Value.Bytes(literal, TextCoding.STRING_ESCAPES, size));
  }

  /** UNICODE: Latin-1 with {@code \\uXXXX} and {@code \\UXXXXXXXX} (raw-unicode-escape). */
  static Value.Text unicode(byte[] line, Supplier<Place> where) throws MalformedException {
    String raw = latin1(line);
    if (raw.indexOf('\\') < 0) {
      return new Value.Text(raw);
    }
    StringBuilder text = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\' || i == raw.length()) {
        text.append(c);
        continue;
      }
      char kind = raw.charAt(i++);
      if (kind != 'u' && kind != 'U') {
        text.append(c).append(kind);
        continue;
      }
      int digits = kind == 'u' ? 4 : 8;
      long value = 0;
      for (int k = 0; k < digits; k++) {
        int digit =
            i < raw.length() && raw.charAt(i) < 0x80 ? Character.digit(raw.charAt(i), 16) : -1;
        i++;
        if (digit < 0) {
          throw new MalformedException(where.get(), "a text has an invalid escape");
        }
        value = value << 4 | digit;
      }
      if (value > Character.MAX_CODE_POINT) {
        throw new MalformedException(where.get(), "a text has an invalid escape");
      }
      append(text, (int) value, where);
    }
    return new Value.Text(text.toString());
  }
}
