package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.terminal.HiddenCharacters;
import java.util.Locale;

/**
 * Texts as the content of elements of a page, and of nothing else there: nothing in them is markup,
 * nothing is hidden, and nothing turns the direction of what stands beside it. The result is ASCII
 * without the end of a line, whatever the text.
 */
final class HtmlText {
  private HtmlText() {}

  static String of(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> append(html, c));
    return html.toString();
  }

  /** A text in an element that is set as code, apart from the direction around it. */
  static String code(String text) {
    return "<code>" + of(text) + "</code>";
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
          // Set off, as a text may have the letters of such an escape itself.
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
