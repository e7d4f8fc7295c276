package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.terminal.HiddenCharacters;
import dev.pt2st.cli.terminal.Table;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts as a part of a line of Markdown: nothing in them is markup, HTML, a link, a mention or the
 * end of a line, whatever reads it. A code span is the only place in Markdown where all of this
 * holds, and it begins and ends with more backquotes than the text has in a row.
 */
final class MarkdownText {
  /** More of a name is of no use in a summary, and would fill it. */
  private static final int LONGEST = 300;

  private static final Pattern BACKQUOTES = Pattern.compile("`+");

  /** Words with the punctuation of sentences, of which nothing makes markup or a link. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ,;'()-]*\\.?");

  private MarkdownText() {}

  /** A sentence as it is, if it is harmless, or as code. */
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
    // Blanks at both ends are taken off one by one, so that a backquote may stand there.
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
