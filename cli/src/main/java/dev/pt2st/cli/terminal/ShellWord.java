package dev.pt2st.cli.terminal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Quotes texts as shell words, in characters that are safe for a terminal. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private ShellWord() {}

  /** A text as one word that a POSIX shell reads as the same text. */
  public static String of(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    return Printable.escape(text).equals(text) && !HiddenCharacters.isIn(text)
        ? "'" + text.replace("'", "'\\''") + "'"
        : bytes(text);
  }

  /** Words as a line. */
  public static String line(List<String> words) {
    return words.stream().map(ShellWord::of).collect(Collectors.joining(" "));
  }

  /** A file name as a word that is not an option. */
  public static String file(String name) {
    return of(name.startsWith("-") ? "./" + name : name);
  }

  /**
   * The text in {@code $'...'} quotes (POSIX 2024), with the bytes of invisible characters as
   * numbers.
   */
  private static String bytes(String text) {
    StringBuilder word = new StringBuilder("$'");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b == '\'' || b == '\\') {
        word.append('\\').append((char) b);
      } else if (b >= ' ' && b <= '~') {
        word.append((char) b);
      } else {
        word.append(String.format("\\%03o", b & 0xff)); // three digits, whatever stands behind it
      }
    }
    return word.append('\'').toString();
  }
}
