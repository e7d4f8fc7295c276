package dev.pt2st.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns, made printable. The first column gives way where a row would be wider
 * than the terminal: its middle is left out.
 */
final class Table {
  private static final int SMALLEST_FIRST = 12;
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * @param right for each column whether it holds numbers
   */
  Table(boolean... right) {
    this.right = right.clone();
  }

  void add(String... cells) {
    String[] row = new String[right.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Printable.escape(cells[i]);
    }
    rows.add(row);
  }

  /** The rows as lines of at most this width, where the first column can be cut so far. */
  List<String> lines(int width) {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    int others = 0;
    for (int i = 1; i < widths.length; i++) {
      others += widths[i] + GAP.length();
    }
    widths[0] = Math.min(widths[0], Math.max(SMALLEST_FIRST, width - others));
    List<String> lines = new ArrayList<>(rows.size());
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String cell = i == 0 ? cut(row[i], widths[0]) : row[i];
        line.append(i == 0 ? "" : GAP);
        line.append(right[i] ? padding(cell, widths[i]) + cell : padded(cell, widths[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** A text of at most this width: what is too much is left out of its middle. */
  static String cut(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int[] codePoints = text.codePoints().toArray();
    int room = width - 1;
    int head = 0;
    int headWidth = 0;
    while (headWidth + width(codePoints[head]) <= room / 2) {
      headWidth += width(codePoints[head++]);
    }
    int tail = codePoints.length;
    int tailWidth = 0;
    while (headWidth + tailWidth + width(codePoints[tail - 1]) <= room) {
      tailWidth += width(codePoints[--tail]);
    }
    return new String(codePoints, 0, head)
        + "…"
        + new String(codePoints, tail, codePoints.length - tail);
  }

  /** A text with blanks behind it up to a width. */
  static String padded(String text, int width) {
    return text + padding(text, width);
  }

  private static String padding(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text)));
  }

  private static int width(String text) {
    return text.codePoints().map(Table::width).sum();
  }

  /** Columns on a terminal: marks stand above the letter before, East Asian letters are wide. */
  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  private static boolean isWide(int codePoint) {
    return Character.isIdeographic(codePoint)
        || Character.isEmojiPresentation(codePoint)
        || (codePoint >= 0x1100 && codePoint <= 0x115f) // Hangul's leading consonants
        || (codePoint >= 0x3000 && codePoint <= 0x30ff) // CJK punctuation, Hiragana, Katakana
        || (codePoint >= 0xac00 && codePoint <= 0xd7a3) // Hangul syllables
        || (codePoint >= 0xff01 && codePoint <= 0xff60); // full-width forms
  }
}
