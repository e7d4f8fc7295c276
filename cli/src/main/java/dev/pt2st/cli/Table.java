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
        String padding = " ".repeat(Math.max(0, widths[i] - width(cell)));
        line.append(i == 0 ? "" : GAP);
        line.append(right[i] ? padding + cell : cell + padding);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String cut(String text, int width) {
    int[] codePoints = text.codePoints().toArray();
    if (codePoints.length <= width) {
      return text;
    }
    int head = (width - 1) / 2;
    int tail = width - 1 - head;
    return new String(codePoints, 0, head)
        + "…"
        + new String(codePoints, codePoints.length - tail, tail);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
