package dev.pt2st.cli.report.html;

import dev.pt2st.cli.terminal.HiddenCharacters;
import java.util.Locale;

/**
 * Escapes texts for the content of elements, and for no other place in a page. Nothing in them is
 * markup, nothing is hidden, and nothing changes the writing direction of neighbouring text. The
 * result is ASCII without line ends, whatever the text.
 */
public final class HtmlText {
  private HtmlText() {}

  public static String of(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> append(html, c));
    return html.toString();
  }

  /** A text in a code element, isolated from the surrounding writing direction. */
  public static String code(String text) {
    return "<code>" + of(text) + "</code>";
  }

  /**
   * A text for a place without elements, such as a label of a drawing: hidden characters are
   * escapes, not highlighted.
   *
   * @param most the maximum number of characters; a longer text ends in an ellipsis
   */
  public static String label(String text, int most) {
    StringBuilder plain = new StringBuilder();
    int shown = 0;
    for (int i = 0; i < text.length() && shown <= most; shown++) {
      int c = text.codePointAt(i);
      plain.append(HiddenCharacters.is(c) ? escape(c) : Character.toString(c));
      i += Character.charCount(c);
    }
    if (plain.codePointCount(0, plain.length()) > most) {
      plain.setLength(plain.offsetByCodePoints(0, Math.max(0, most - 1)));
      plain.append('\u2026');
    }
    StringBuilder html = new StringBuilder(plain.length() + 16);
    plain.codePoints().forEach(c -> append(html, c));
    return html.toString();
  }

  private static void append(StringBuilder html, int c) {
    switch (c) {
      case '&' -> html.append("&amp;");
      case '<' -> html.append("&lt;");
      case '>' -> html.append("&gt;");
      case '"' -> html.append("&quot;");
      case '\'' -> html.append("&#39;");
      default -> {
        if (c >= ' ' && c <= '~') {
          html.append((char) c);
        } else if (HiddenCharacters.is(c)) {
          // Highlighted, as a text may contain the same characters as such an escape.
          html.append("<span class=\"esc\">").append(escape(c)).append("</span>");
        } else {
          html.append("&#x").append(Integer.toHexString(c)).append(';');
        }
      }
    }
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    };
  }
}
