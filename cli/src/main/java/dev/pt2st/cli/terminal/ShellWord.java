package dev.pt2st.cli.terminal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts as the words of a shell's command line, in characters that a terminal only shows. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private ShellWord() {}

  /** A text as one word, which means the same text to a shell of POSIX. */
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

  /** A file's name as a word that is no option. */
  public static String file(String name) {
    return of(name.startsWith("-") ? "./" + name : name);
  }

  /** With the bytes of what cannot be seen as numbers, which POSIX has since 2024. */
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
