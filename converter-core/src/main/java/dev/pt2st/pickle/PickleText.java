package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The textual arguments of opcodes, read as CPython's {@code Modules/_pickle.c} reads them. */
final class PickleText {
  /** The limit that CPython sets for decimal text ({@code sys.int_info.default_max_str_digits}). */
  private static final int MAX_DIGITS = 4300;

  private static final Pattern REAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private PickleText() {}

  /**
   * UTF-8 as Python decodes it with {@code surrogatepass}: three-byte surrogates are let through.
   */
  static String utf8(MemorySegment bytes, Place place) throws MalformedException {
    byte[] array = bytes.toArray(ValueLayout.JAVA_BYTE);
    String text = strictUtf8(array);
    if (text != null) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(array.length);
    int at = 0;
    int start = 0;
    while (at < array.length) {
      if (isSurrogate(array, at)) {
        String before = strictUtf8(java.util.Arrays.copyOfRange(array, start, at));
        if (before == null) {
          break;
        }
        decoded.append(before);
        decoded.append(
            (char)
                ((array[at] & 0x0f) << 12 | (array[at + 1] & 0x3f) << 6 | (array[at + 2] & 0x3f)));
        at += 3;
        start = at;
      } else {
        at++;
      }
    }
    String rest =
        at < array.length ? null : strictUtf8(java.util.Arrays.copyOfRange(array, start, at));
    if (rest == null) {
      throw new MalformedException(place, "a text is not valid UTF-8");
    }
    return decoded.append(rest).toString();
  }

  private static boolean isSurrogate(byte[] array, int at) {
    return at + 2 < array.length
        && array[at] == (byte) 0xed
        && (array[at + 1] & 0xe0) == 0xa0
        && (array[at + 2] & 0xc0) == 0x80;
  }

  /** The text, or null if it is no UTF-8. */
  static @Nullable String strictUtf8(byte[] bytes) {
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

  static String latin1(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /**
   * A Python 2 {@code str}: PyTorch reads it as UTF-8; where it is none, it is taken as Latin-1.
   */
  static Value.Text python2(MemorySegment bytes) {
    String text = strictUtf8(bytes.toArray(ValueLayout.JAVA_BYTE));
    return new Value.Text(text == null ? latin1(bytes) : text, bytes);
  }

  /** INT: an integer in any base, or {@code 00} and {@code 01} for a bool ({@code load_int}). */
  static Value integer(MemorySegment line, Place place) throws MalformedException {
    String text = latin1(line);
    BigInteger value = strtol(text);
    if (value == null) {
      value = pythonInt(text, 0, place);
    } else if (text.length() == 2 && value.bitLength() <= 1 && value.signum() >= 0) {
      return value.signum() == 0 ? Value.Bool.FALSE : Value.Bool.TRUE;
    }
    return ofBigInteger(value);
  }

  /** LONG: an integer in any base, with an L at the end or without ({@code load_long}). */
  static Value longInteger(MemorySegment line, Place place) throws MalformedException {
    String text = latin1(line);
    return ofBigInteger(
        pythonInt(text.endsWith("L") ? text.substring(0, text.length() - 1) : text, 0, place));
  }

  /** The index of PUT and GET. */
  static long index(MemorySegment line, Place place) throws MalformedException {
    BigInteger value = pythonInt(latin1(line), 10, place);
    if (value.signum() < 0 || value.bitLength() >= Long.SIZE) {
      throw new MalformedException(place, "a memo index of " + latin1(line).strip());
    }
    return value.longValue();
  }

  /** LONG1 and LONG4: little-endian two's complement; no bytes are zero ({@code decode_long}). */
  static Value binaryInteger(MemorySegment bytes) {
    byte[] littleEndian = bytes.toArray(ValueLayout.JAVA_BYTE);
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

  /** What C's {@code strtol(text, &end, 0)} makes of all of the text; null where it does not. */
  private static @Nullable BigInteger strtol(String text) {
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
    if (number.isEmpty() || number.length() > 64) {
      return null;
    }
    for (int i = 0; i < number.length(); i++) {
      if (number.charAt(i) >= 0x80 || Character.digit(number.charAt(i), base) < 0) {
        return null;
      }
    }
    BigInteger value = new BigInteger(number, base);
    value = negative ? value.negate() : value;
    return value.bitLength() < Long.SIZE ? value : null;
  }

  /** Python's {@code int(text, base)} for a base of 0 or 10 ({@code PyLong_FromString}). */
  private static BigInteger pythonInt(String text, int givenBase, Place place)
      throws MalformedException {
    String number = stripLeading(text);
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
        // A leading zero was octal once, so Python takes it only for zero itself.
        throw new MalformedException(place, "an integer is not written as one");
      }
    }
    if (number.startsWith("_") || number.endsWith("_") || number.contains("__")) {
      throw new MalformedException(place, "an integer is not written as one");
    }
    number = number.replace("_", "");
    if (base == 10 && number.length() > MAX_DIGITS) {
      throw new MalformedException(
          place, "an integer of more than " + MAX_DIGITS + " digits, which Python does not read");
    }
    for (int i = 0; i < number.length(); i++) {
      if (number.charAt(i) >= 0x80 || Character.digit(number.charAt(i), base) < 0) {
        throw new MalformedException(place, "an integer is not written as one");
      }
    }
    if (number.isEmpty()) {
      throw new MalformedException(place, "an integer is not written as one");
    }
    BigInteger value = new BigInteger(number, base);
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
  static Value real(MemorySegment line, Place place) throws MalformedException {
    String text = latin1(line);
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
      default -> throw new MalformedException(place, "a float is not written as one");
    };
  }

  /** STRING: a quoted Python literal with escapes ({@code load_string}). */
  static Value.Text string(MemorySegment line, Place place) throws MalformedException {
    byte[] text = line.toArray(ValueLayout.JAVA_BYTE);
    int last = text.length - 1;
    if (last < 1 || text[0] != text[last] || (text[0] != '\'' && text[0] != '"')) {
      throw new MalformedException(place, "the argument of STRING is not quoted");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length);
    int i = 1;
    while (i < last) {
      if (text[i] != '\\') {
        bytes.write(text[i]);
        i++;
        continue;
      }
      i++;
      if (i == last) {
        throw new MalformedException(place, "a string ends in a backslash");
      }
      switch (text[i]) {
        case '\n' -> {}
        case '\\', '\'', '"' -> bytes.write(text[i]);
        case 'a' -> bytes.write(7);
        case 'b' -> bytes.write('\b');
        case 'f' -> bytes.write('\f');
        case 'n' -> bytes.write('\n');
        case 'r' -> bytes.write('\r');
        case 't' -> bytes.write('\t');
        case 'v' -> bytes.write(11);
        case 'x' -> {
          int high = i + 2 < last ? Character.digit(text[i + 1], 16) : -1;
          int low = i + 2 < last ? Character.digit(text[i + 2], 16) : -1;
          if (high < 0 || low < 0) {
            throw new MalformedException(place, "a string has an escape that is none");
          }
          bytes.write(high << 4 | low);
          i += 2;
        }
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int value = 0;
          int digits = 0;
          while (digits < 3 && i < last && text[i] >= '0' && text[i] <= '7') {
            value = value << 3 | (text[i] - '0');
            i++;
            digits++;
          }
          // The loop goes on behind the last digit.
          i--;
          bytes.write(value);
        }
        default -> {
          bytes.write('\\');
          bytes.write(text[i]);
        }
      }
      i++;
    }
    return python2(MemorySegment.ofArray(bytes.toByteArray()));
  }

  /** UNICODE: Latin-1 with {@code \\uXXXX} and {@code \\UXXXXXXXX} (raw-unicode-escape). */
  static Value.Text unicode(MemorySegment line, Place place) throws MalformedException {
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
          throw new MalformedException(place, "a text has an escape that is none");
        }
        value = value << 4 | digit;
      }
      if (value > Character.MAX_CODE_POINT) {
        throw new MalformedException(place, "a text has an escape that is none");
      }
      text.appendCodePoint((int) value);
    }
    return new Value.Text(text.toString());
  }
}
