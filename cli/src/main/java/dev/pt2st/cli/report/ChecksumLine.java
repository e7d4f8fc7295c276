package dev.pt2st.cli.report;

import dev.pt2st.cli.input.Location;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of digest and path in the format of {@code sha256sum} of GNU coreutils. If the path has a
 * line feed, a carriage return or a backslash, these are escaped and the line begins with a
 * backslash.
 *
 * @param sha256 in lower-case hexadecimal
 * @param file a path or an address
 */
public record ChecksumLine(String sha256, Location file) {
  private static final Pattern LINE = Pattern.compile("(\\\\?)([0-9a-fA-F]{64}) [ *](.+)");

  /** The line, without a line feed. */
  public static String of(String sha256, Location file) {
    String escaped = escaped(file);
    return mark(file, escaped) + sha256 + "  " + escaped;
  }

  /** An escaped path on one line, preceded by a backslash if anything was escaped. */
  public static String onOneLine(Location file) {
    String escaped = escaped(file);
    return mark(file, escaped) + escaped;
  }

  private static String escaped(Location file) {
    return file.toString().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String mark(Location file, String escaped) {
    return escaped.equals(file.toString()) ? "" : "\\";
  }

  /** Parses a line; null if it is malformed. */
  public static @Nullable ChecksumLine parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return null;
    }
    String name = matcher.group(1).isEmpty() ? matcher.group(3) : unescape(matcher.group(3));
    try {
      return name == null
          ? null
          : new ChecksumLine(matcher.group(2).toLowerCase(Locale.ROOT), Location.of(name));
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable String unescape(String escaped) {
    StringBuilder name = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\') {
        i++;
        switch (i < escaped.length() ? escaped.charAt(i) : ' ') {
          case '\\' -> name.append('\\');
          case 'n' -> name.append('\n');
          case 'r' -> name.append('\r');
          default -> {
            return null;
          }
        }
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }
}
