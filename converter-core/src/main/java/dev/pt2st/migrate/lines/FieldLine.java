package dev.pt2st.migrate.lines;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes texts with any characters as one line and reads them back. Faster than JSON, for data that
 * no other program reads.
 */
public final class FieldLine {
  private static final char BETWEEN = '\t';
  private static final char ESCAPE = '\\';

  private FieldLine() {}

  /** Writes texts as a line without a line feed. */
  public static String write(List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (String field : fields) {
      int plain = 0;
      for (int i = 0; i < field.length(); i++) {
        char escaped = escaped(field.charAt(i));
        if (escaped != 0) {
          line.append(field, plain, i).append(ESCAPE).append(escaped);
          plain = i + 1;
        }
      }
      line.append(field, plain, field.length()).append(BETWEEN);
    }
    return line.toString();
  }

  /** The character that represents another after {@link #ESCAPE}; 0 if it is not escaped. */
  private static char escaped(char c) {
    return switch (c) {
      case ESCAPE -> ESCAPE;
      case BETWEEN -> 't';
      case '\n' -> 'n';
      case '\r' -> 'r';
      default -> 0;
    };
  }

  /** Reads the texts of a line. */
  public static List<String> read(String line) {
    List<String> fields = new ArrayList<>();
    int from = 0;
    for (int end = line.indexOf(BETWEEN); end >= 0; end = line.indexOf(BETWEEN, from)) {
      fields.add(text(line.substring(from, end)));
      from = end + 1;
    }
    return fields;
  }

  private static String text(String field) {
    if (field.indexOf(ESCAPE) < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == ESCAPE) {
        i++;
        c =
            switch (field.charAt(i)) {
              case 't' -> BETWEEN;
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> ESCAPE;
            };
      }
      text.append(c);
    }
    return text.toString();
  }
}
