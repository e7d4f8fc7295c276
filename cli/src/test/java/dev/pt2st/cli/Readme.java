package dev.pt2st.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What users read: the README and the pages of {@code docs}, taken apart. */
final class Readme {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private Readme() {}

  /** The README and every page of docs. */
  static List<Page> pages() {
    Path root = Samples.root();
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(Stream.of(root.resolve("README.md")), docs.sorted())
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> Page.of(root.relativize(file).toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file, named from the root. */
  static String textOf(String file) {
    try {
      return Files.readString(Samples.root().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of the one table of all pages with this first line, as cells; without the header. */
  static List<List<String>> table(String header) {
    List<Page> with = pages().stream().filter(page -> page.lines().contains(header)).toList();
    if (with.size() != 1) {
      throw new AssertionError("there must be one table " + header + ", and not in " + with);
    }
    return table(with.getFirst().text(), header);
  }

  /** The same of one text. */
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
}
