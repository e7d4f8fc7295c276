package dev.pt2st.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in aligned columns, made printable. If a row would be wider than the terminal, the widest
 * text column is shortened first, then the next; the middle of a name is left out. On a very narrow
 * terminal, columns become narrower than is comfortable to read. Numbers are never cut.
 */
public final class Table {
  /** The minimum width of a shortened column, and that on a very narrow terminal. */
  private static final int[] SMALLEST = {12, 6};

  private static final String GAP = "  ";

  /** The kind of a column. */
  public enum Column {
    /** Names: shortened in the middle, since both ends distinguish them. */
    NAME,
    /** Texts to be read from the start: shortened at the end. */
    TEXT,
    /** Numbers: right-aligned and never cut. */
    NUMBER
  }

  private final List<String[]> rows = new ArrayList<>();
  private final Column[] columns;

  public Table(Column... columns) {
    this.columns = columns.clone();
  }

  public void add(String... cells) {
    String[] row = new String[columns.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = Printable.escape(cells[i]);
    }
    rows.add(row);
  }

  /** The rows as lines of at most this width, as far as columns can be shortened. */
  public List<String> lines(int width) {
    int[] widths = new int[columns.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    fit(widths, width);
    List<String> lines = new ArrayList<>(rows.size());
    for (String[] row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  /** Shortens the widest text column until the columns fit, or all are at their minimum. */
  private void fit(int[] widths, int width) {
    int excess = GAP.length() * (widths.length - 1) - width;
    for (int column : widths) {
      excess += column;
    }
    for (int smallest : SMALLEST) {
      int widest = widest(widths, smallest);
      while (excess > 0 && widest >= 0) {
        widths[widest]--;
        excess--;
        widest = widest(widths, smallest);
      }
    }
  }

  /** The widest text column that is wider than the minimum; negative if there is none. */
  private int widest(int[] widths, int smallest) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      if (columns[i] != Column.NUMBER
          && widths[i] > smallest
          && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    return widest;
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String cell =
          switch (columns[i]) {
            case NAME -> cut(row[i], widths[i]);
            case TEXT -> cutEnd(row[i], widths[i]);
            case NUMBER -> row[i];
          };
      int blanks = Math.max(0, widths[i] - width(cell));
      line.append(i == 0 ? "" : GAP);
      if (columns[i] == Column.NUMBER) {
        line.repeat(' ', blanks).append(cell);
      } else {
        line.append(cell).repeat(' ', blanks);
      }
    }
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ') {
      end--;
    }
    return line.substring(0, end);
  }

  /** A text shortened in the middle to at most this width. */
  public static String cut(String text, int width) {
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

  /** A text shortened at the end to at most this width. */
  static String cutEnd(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    StringBuilder start = new StringBuilder();
    int room = width - 1;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      room -= width(c);
      if (room < 0) {
        break;
      }
      start.appendCodePoint(c);
      at += Character.charCount(c);
    }
    return start.append('…').toString();
  }

  /** A text padded with blanks to a width. */
  public static String padded(String text, int width) {
    return text + padding(text, width);
  }

  private static String padding(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text)));
  }

  private static int width(String text) {
    if (Printable.isAscii(text)) {
      return text.length();
    }
    return text.codePoints().map(Table::width).sum();
  }

  /**
   * The columns of a character on a terminal: combining marks take none, East Asian wide characters
   * take two.
   */
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
