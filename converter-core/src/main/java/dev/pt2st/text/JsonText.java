package dev.pt2st.text;

/** JSON strings. */
public final class JsonText {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /** Appends a string with the same escapes as {@code serde_json}. */
  public static void append(StringBuilder json, String text) {
    append(json, text, Character.MAX_VALUE);
  }

  /**
   * Appends a string in which everything but printable ASCII is escaped too, as Python's {@code
   * json.dumps} does ({@code ensure_ascii}).
   */
  public static void appendAscii(StringBuilder json, String text) {
    append(json, text, '~');
  }

  /** Appends a string; a character above {@code highest} is escaped. */
  private static void append(StringBuilder json, String text, char highest) {
    json.append('"');
    int plain = 0; // start of the part that needs no escape
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isEscaped(c, highest)) {
        continue;
      }
      json.append(text, plain, i);
      plain = i + 1;
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          json.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(HEX[c >> shift & 0xf]);
          }
        }
      }
    }
    json.append(text, plain, text.length()).append('"');
  }

  private static boolean isEscaped(char c, char highest) {
    return c < ' ' || c == '"' || c == '\\' || c > highest;
  }
}
