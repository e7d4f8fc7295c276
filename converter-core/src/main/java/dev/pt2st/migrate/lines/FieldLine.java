package dev.pt2st.migrate.lines;

import java.util.ArrayList;
import java.util.List;

/** Texts of any characters as one line, and back: quicker than JSON, for what nobody else reads. */
public final class FieldLine {
  private static final char BETWEEN = '\t';
  private static final char ESCAPE = '\\';

  private FieldLine() {}

  /** A line, without a line feed. */
  public static String write(List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (String field : fields) {
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        switch (c) {
          case ESCAPE -> line.append("\\\\");
          case BETWEEN -> line.append("\\t");
          case '\n' -> line.append("\\n");
          case '\r' -> line.append("\\r");
          default -> line.append(c);
        }
      }
      line.append(BETWEEN);
    }
    return line.toString();
  }

  /** The texts of a line. */
  public static List<String> read(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == BETWEEN) {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c == ESCAPE) {
        i++;
        field.append(unescaped(line.charAt(i)));
      } else {
        field.append(c);
      }
    }
    return fields;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 't' -> BETWEEN;
      case 'n' -> '\n';
      case 'r' -> '\r';
      default -> c;
    };
  }
}
