package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.terminal.HiddenCharacters;
import dev.pt2st.cli.terminal.Table;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Escapes texts for a line of Markdown. Nothing in them is markup, HTML, a link, a mention or a
 * line end to any reader. Only a code span guarantees all of this; it begins and ends with more
 * backquotes than the text has in a row.
 */
final class MarkdownText {
  /** The maximum length of a text, so that a long name does not fill a summary. */
  private static final int LONGEST = 300;

  private static final Pattern BACKQUOTES = Pattern.compile("`+");

  /** Words with punctuation, without anything that could be markup or a link. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ,;'()-]*\\.?");

  private MarkdownText() {}

  /** A sentence unchanged if it is harmless, else as code. */
  static String of(String text) {
    return PLAIN.matcher(text).matches() ? text : code(text);
  }

  static String code(String text) {
    StringBuilder shown = new StringBuilder();
    Table.cut(text, LONGEST).codePoints().forEach(c -> append(shown, c));
    int longest = 0;
    Matcher runs = BACKQUOTES.matcher(shown);
    while (runs.find()) {
      longest = Math.max(longest, runs.end() - runs.start());
    }
    String fence = "`".repeat(longest + 1);
    // Markdown strips one blank at each end, so a backquote may be next to it.
    boolean needsBlanks =
        longest > 0 || shown.isEmpty() || !shown.toString().strip().contentEquals(shown);
    String blank = needsBlanks ? " " : "";
    return fence + blank + shown + blank + fence;
  }

  private static void append(StringBuilder shown, int c) {
    switch (c) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (HiddenCharacters.is(c)) {
          shown.append(String.format(Locale.ROOT, c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
        } else {
          shown.appendCodePoint(c);
        }
      }
    }
  }
}
