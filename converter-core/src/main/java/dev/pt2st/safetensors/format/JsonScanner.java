package dev.pt2st.safetensors.format;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON (RFC 8259) from untrusted bytes, token by token and without recursion.
 *
 * <p>It is as strict as serde_json, the reader of the safetensors crate. For example, it refuses an
 * unpaired surrogate, bytes that are not UTF-8, and {@code 1.0} instead of an integer. Each message
 * gives the byte offset.
 */
final class JsonScanner {
  /** The deepest nesting of objects and lists, as in serde_json. */
  static final int DEEPEST = 127;

  private final byte[] text;
  private final long base;
  private Place place;
  private int position;

  /**
   * @param text the JSON
   * @param place the file, for messages
   * @param base the offset of the text in the file
   */
  JsonScanner(byte[] text, Place place, long base) {
    this.text = text;
    this.place = place;
    this.base = base;
  }

  /** The offset of the next byte, from the start of the text. */
  int position() {
    return position;
  }

  /** Sets the place for messages from now on. */
  void about(Place newPlace) {
    place = newPlace;
  }

  /** Skips white space and returns the next byte without consuming it; negative at the end. */
  int peek() {
    while (position < text.length) {
      switch (text[position]) {
        case ' ', '\t', '\n', '\r' -> position++;
        default -> {
          return text[position] & 0xff;
        }
      }
    }
    return -1;
  }

  /**
   * Consumes the bracket that opens an object or a list.
   *
   * @param what is expected, for the complaint
   * @return whether it has any content; if not, its closing bracket is consumed too
   */
  boolean open(char bracket, String what) throws MalformedException {
    if (peek() != bracket) {
      throw unexpected(what);
    }
    position++;
    if (peek() == closing(bracket)) {
      position++;
      return false;
    }
    return true;
  }

  /**
   * Consumes what follows a value in an object or a list.
   *
   * @param bracket the bracket that opened it
   * @return whether another value follows
   */
  boolean next(char bracket) throws MalformedException {
    char closing = closing(bracket);
    int c = peek();
    if (c == closing) {
      position++;
      return false;
    }
    if (c != ',') {
      throw unexpected("\",\" or \"" + closing + "\"");
    }
    position++;
    if (peek() == closing) {
      throw syntax(position, "there is a comma before \"" + closing + "\"");
    }
    return true;
  }

  private static char closing(char bracket) {
    return bracket == '{' ? '}' : ']';
  }

  /** Consumes and returns the name of an object's next member, with the colon after it. */
  String name() throws MalformedException {
    String name = string("a name in double quotes");
    if (peek() != ':') {
      throw unexpected("\":\" after the name");
    }
    position++;
    return name;
  }

  /**
   * A text.
   *
   * @param what is expected, for the complaint
   */
  String string(String what) throws MalformedException {
    if (peek() != '"') {
      throw unexpected(what);
    }
    int quote = position++;
    int start = position;
    StringBuilder unescaped = null;
    while (position < text.length) {
      byte c = text[position];
      if (c == '"') {
        String end = decode(start, position++);
        return unescaped == null ? end : unescaped.append(end).toString();
      }
      if (c == '\\') {
        unescaped = unescaped == null ? new StringBuilder() : unescaped;
        unescaped.append(decode(start, position));
        unescape(unescaped);
        start = position;
      } else if (c >= 0 && c < ' ') {
        throw syntax(position, String.format("the control character 0x%02x is in a text", c));
      } else {
        position++;
      }
    }
    throw syntax(quote, "a text has no closing quote");
  }

  private String decode(int from, int to) throws MalformedException {
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      ascii &= text[i] >= 0;
    }
    if (ascii) {
      return text(from, to);
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer bytes = ByteBuffer.wrap(text, from, to - from);
    CharBuffer chars = CharBuffer.allocate(to - from);
    if (decoder.decode(bytes, chars, true).isError()) {
      throw syntax(bytes.position(), "the bytes of a text are not UTF-8");
    }
    return chars.flip().toString();
  }

  /** Consumes a backslash and the escape after it. */
  private void unescape(StringBuilder target) throws MalformedException {
    int backslash = position++;
    int c = position < text.length ? text[position++] : -1;
    switch (c) {
      case '"', '\\', '/' -> target.append((char) c);
      case 'b' -> target.append('\b');
      case 'f' -> target.append('\f');
      case 'n' -> target.append('\n');
      case 'r' -> target.append('\r');
      case 't' -> target.append('\t');
      case 'u' -> {
        char unit = hexadecimal(backslash);
        if (Character.isSurrogate(unit)) {
          target.appendCodePoint(pair(unit, backslash));
        } else {
          target.append(unit);
        }
      }
      default -> throw syntax(backslash, "a backslash escapes nothing that JSON knows");
    }
  }

  private int pair(char high, int backslash) throws MalformedException {
    if (Character.isHighSurrogate(high)
        && position + 1 < text.length
        && text[position] == '\\'
        && text[position + 1] == 'u') {
      position += 2;
      char low = hexadecimal(backslash);
      if (Character.isLowSurrogate(low)) {
        return Character.toCodePoint(high, low);
      }
    }
    throw syntax(backslash, "half of a surrogate pair is alone");
  }

  private char hexadecimal(int backslash) throws MalformedException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = position < text.length ? Character.digit(text[position++], 16) : -1;
      if (digit < 0) {
        throw syntax(backslash, "a \\u is not followed by four hexadecimal digits");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  /**
   * A whole number from 0 to 2<sup>63</sup> - 1.
   *
   * @param what it is, for the complaint
   */
  long count(String what) throws MalformedException {
    int c = peek();
    int start = position;
    if (c != '-' && !isDigit(start)) {
      throw unexpected(what);
    }
    number();
    long count = 0;
    for (int i = start; i < position; i++) {
      if (!isDigit(i)) {
        throw malformed(
            start,
            what
                + (c == '-' ? " is negative: " : " is not written as a whole number: ")
                + literal(start));
      }
      int digit = text[i] - '0';
      if (count > (Long.MAX_VALUE - digit) / 10) {
        throw malformed(start, what + " is too large: " + literal(start));
      }
      count = count * 10 + digit;
    }
    return count;
  }

  private String literal(int start) {
    int most = 40;
    return position - start <= most ? text(start, position) : text(start, start + most) + "…";
  }

  private String text(int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Consumes a number of any form. */
  private void number() throws MalformedException {
    int start = position;
    if (text[position] == '-') {
      position++;
    }
    int first = position;
    digits(start);
    if (text[first] == '0' && position > first + 1) {
      throw syntax(start, "a number begins with a zero");
    }
    if (position < text.length && text[position] == '.') {
      position++;
      digits(start);
    }
    if (position < text.length && (text[position] | 0x20) == 'e') {
      position++;
      if (position < text.length && (text[position] == '+' || text[position] == '-')) {
        position++;
      }
      digits(start);
    }
  }

  private void digits(int start) throws MalformedException {
    int first = position;
    while (isDigit(position)) {
      position++;
    }
    if (position == first) {
      throw syntax(start, "a number lacks a digit");
    }
  }

  private boolean isDigit(int at) {
    return at < text.length && text[at] >= '0' && text[at] <= '9';
  }

  /**
   * Skips a value of any kind.
   *
   * @param depth how many objects and lists it is in
   */
  void skip(int depth) throws MalformedException {
    char[] brackets = new char[DEEPEST + 1];
    int open = depth;
    do {
      int c = peek();
      if (c == '{' || c == '[') {
        if (open == DEEPEST) {
          throw syntax(position, "values are nested deeper than " + DEEPEST);
        }
        char bracket = (char) c;
        if (open(bracket, "")) {
          brackets[++open] = bracket;
          nameIn(bracket);
          continue;
        }
      } else {
        scalar(c);
      }
      while (open > depth && !next(brackets[open])) {
        open--;
      }
      if (open > depth) {
        nameIn(brackets[open]);
      }
    } while (open > depth);
  }

  private void nameIn(char bracket) throws MalformedException {
    if (bracket == '{') {
      name();
    }
  }

  private void scalar(int c) throws MalformedException {
    switch (c) {
      case '"' -> string("");
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> {
        if (c != '-' && !isDigit(position)) {
          throw unexpected("a value");
        }
        int start = position;
        number();
        // Like serde_json, refuse a number that does not fit a double.
        if (Double.isInfinite(Double.parseDouble(text(start, position)))) {
          throw syntax(start, "a number is out of range");
        }
      }
    }
  }

  private void word(String word) throws MalformedException {
    for (int i = 0; i < word.length(); i++) {
      if (position + i == text.length || text[position + i] != word.charAt(i)) {
        throw unexpected("a value");
      }
    }
    position += word.length();
  }

  /** An exception that says that the next token is not what was expected. */
  MalformedException unexpected(String wanted) {
    int c = peek();
    String found =
        switch (c) {
          case -1 -> "the end";
          case '"' -> "a text";
          default ->
              c > ' ' && c < 0x7f ? "\"" + (char) c + "\"" : String.format("the byte 0x%02x", c);
        };
    return malformed(position, wanted + " is expected instead of " + found);
  }

  private MalformedException syntax(int at, String problem) {
    return malformed(at, "its JSON is broken: " + problem);
  }

  /** An exception about a byte of the text. */
  MalformedException malformed(int at, String problem) {
    return new MalformedException(place.at(base + at), problem);
  }
}
