package dev.pt2st.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The README, taken apart. */
final class Readme {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Readme() {}

  static String text() {
    return textOf("README.md");
  }

  /** The text of a file, named from the root. */
  static String textOf(String file) {
    try {
      return Files.readString(Samples.root().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of the table with this first line, as cells; without the header. */
  static List<List<String>> table(String header) {
    return table(text(), header);
  }

  /** The same of another text. */
  static List<List<String>> table(String text, String header) {
    List<String> lines = text.lines().toList();
    int start = lines.indexOf(header);
    if (start < 0) {
      throw new AssertionError("there is no table " + header);
    }
    return lines.subList(start + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .map(Readme::cells)
        .toList();
  }

  /** A bar that is text is written with a backslash. */
  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(1, row.length() - 1).split("(?<!\\\\)\\|"))
        .map(cell -> cell.strip().replace("\\|", "|"))
        .toList();
  }

  /** What stands between backquotes. */
  static Stream<String> code(String cell) {
    return CODE.matcher(cell).results().map(match -> match.group(1));
  }

  /**
   * A command of a console block.
   *
   * @param output the lines below it
   */
  record Command(String line, List<String> output) {
    @Override
    public String toString() {
      return line;
    }
  }

  /** The commands of all console blocks, in their order. */
  static List<Command> commands() {
    return commands(text());
  }

  /** Those of another text. */
  static List<Command> commands(String text) {
    List<Command> commands = new ArrayList<>();
    boolean inside = false;
    for (String line : text.lines().toList()) {
      if (line.startsWith("```")) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith("$ ")) {
        commands.add(new Command(line.substring(2), new ArrayList<>()));
      } else if (inside) {
        commands.getLast().output().add(line);
      }
    }
    return commands;
  }
}
