package dev.pt2st.scan.format;

/**
 * The tokens of a JSON text as Python's {@code json} reads it. That reader accepts numbers such as
 * NaN, duplicate keys and, with {@code strict=False}, any character in a string. A text that is not
 * JSON is split into tokens as far as possible.
 */
final class JsonText {
  private static final int HEX = 16;
  private static final int ESCAPED_UNIT = 4;

  /** The kind of a token. */
  enum Token {
    STRING,
    OPENS,
    CLOSES,
    COLON,
    COMMA,
    /** A character of a number or a name. */
    OTHER,
    END
  }

  private final String text;
  private int at;
  private String string = "";

  JsonText(String text) {
    this.text = text;
  }

  /** The next token. */
  Token next() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
    if (at >= text.length()) {
      return Token.END;
    }
    return switch (text.charAt(at++)) {
      case '"' -> {
        string = readString();
        yield Token.STRING;
      }
      case '{', '[' -> Token.OPENS;
      case '}', ']' -> Token.CLOSES;
      case ':' -> Token.COLON;
      case ',' -> Token.COMMA;
      default -> Token.OTHER;
    };
  }

  /** The string that was the last token of its kind, its escapes resolved. */
  String string() {
    return string;
  }

  private String readString() {
    StringBuilder read = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        break;
      }
      read.append(c == '\\' && at < text.length() ? escaped(text.charAt(at++)) : c);
    }
    return read.toString();
  }

  private char escaped(char c) {
    if (c == 'u' && at + ESCAPED_UNIT <= text.length()) {
      int unit = 0;
      for (int i = 0; i < ESCAPED_UNIT; i++) {
        int digit = Character.digit(text.charAt(at + i), HEX);
        if (digit < 0) {
          return c;
        }
        unit = unit * HEX + digit;
      }
      at += ESCAPED_UNIT;
      return (char) unit;
    }
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> c;
    };
  }
}
