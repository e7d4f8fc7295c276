package dev.pt2st.cli;

import dev.pt2st.cli.terminal.ShellWord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Messages for unexpected words on the command line. */
final class UsageHints {
  /** The maximum edit distance at which a known word is suggested. */
  private static final int MOST_EDITS = 2;

  private UsageHints() {}

  /** The message for an unknown command. */
  static String command(String word, Collection<String> commands) {
    List<String> similar = similar(word, commands);
    if (!similar.isEmpty()) {
      return "there is no command \"" + word + "\"; did you mean " + either(similar) + "?";
    }
    if (isDirectory(word)) {
      return "\""
          + word
          + "\" is a directory, not a command; to convert what is in it: pt2st migrate "
          + ShellWord.file(word);
    }
    if (word.indexOf('.') >= 0 || word.indexOf('/') >= 0 || isFile(word)) {
      String file = ShellWord.file(word);
      return "\""
          + word
          + "\" is not a command; to convert a file: pt2st convert "
          + file
          + "; to see what is in it: pt2st inspect "
          + file;
    }
    return "there is no command \"" + word + "\"; there are " + String.join(", ", commands);
  }

  /** The message for surplus words. */
  static String tooMany(List<String> words) {
    return "\"" + words.getFirst() + "\" is one argument too many";
  }

  private static String either(List<String> words) {
    return String.join(" or ", words);
  }

  private static boolean isDirectory(String word) {
    try {
      return Files.isDirectory(Path.of(word));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isFile(String word) {
    try {
      return Files.exists(Path.of(word));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The known words that are closest to a word, if they are close enough. */
  static List<String> similar(String word, Collection<String> known) {
    for (int edits = 0; edits <= MOST_EDITS; edits++) {
      int allowed = edits;
      List<String> close = known.stream().filter(other -> edits(word, other) == allowed).toList();
      if (!close.isEmpty()) {
        return close;
      }
    }
    return List.of();
  }

  /**
   * The optimal string alignment distance: Damerau-Levenshtein in which each letter is edited at
   * most once.
   */
  private static int edits(String one, String other) {
    int[][] edits = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        edits[i][j] =
            Math.min(edits[i - 1][j - 1] + change, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean isSwap =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (isSwap) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[one.length()][other.length()];
  }
}
