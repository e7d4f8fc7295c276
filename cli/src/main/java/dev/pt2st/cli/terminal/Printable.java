package dev.pt2st.cli.terminal;

/**
 * Makes text from a file safe for a terminal: characters that would move the cursor, change colours
 * or reverse the writing direction are shown as escapes.
 */
public final class Printable {
  private Printable() {}

  public static String escape(String text) {
    if (isAscii(text)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(escaped, c));
    return escaped.toString();
  }

  /** Whether a text has only printable ASCII characters, as nearly every text does. */
  static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static void append(StringBuilder escaped, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED -> {
        switch (c) {
          case '\n' -> escaped.append("\\n");
          case '\r' -> escaped.append("\\r");
          case '\t' -> escaped.append("\\t");
          // The joiner in emoji, which is harmless.
          case 0x200d -> escaped.appendCodePoint(c);
          default -> escaped.append(String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
        }
      }
      default -> escaped.appendCodePoint(c);
    }
  }
}
