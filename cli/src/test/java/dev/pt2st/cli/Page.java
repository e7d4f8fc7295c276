package dev.pt2st.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of Markdown.
 *
 * @param name the file, from the root of the repository
 */
record Page(String name, String text) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$|^    \\S.*?$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  /** A word of a shell, with its quotes; or what ends a command. */
  private static final Pattern WORD =
      Pattern.compile("'[^']*'|\"[^\"]*\"|&&|[|;<>]|[^\\s'\"|;<>]+");

  static Page of(String name) {
    return new Page(name, Readme.textOf(name));
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** Without blocks of code. */
  String prose() {
    return BLOCK.matcher(text).replaceAll("");
  }

  /** Where links lead, as written. */
  List<String> links() {
    // A link in code is an example of one.
    return LINK.matcher(prose().replaceAll("`[^`\n]*`", ""))
        .results()
        .map(link -> link.group(1))
        .toList();
  }

  /** The anchors that a page has on GitHub: its headings without markup and punctuation. */
  List<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    return HEADING
        .matcher(prose())
        .results()
        .map(heading -> {
          String slug =
              heading
                  .group(1)
                  .strip()
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^\\p{L}\\p{N} _-]", "")
                  .replace(' ', '-');
          int before = seen.merge(slug, 1, Integer::sum) - 1;
          return before == 0 ? slug : slug + "-" + before;
        })
        .toList();
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
  List<Command> commands() {
    List<Command> commands = new ArrayList<>();
    boolean inside = false;
    for (String line : lines()) {
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

  /** Every call of pt2st in a block, shown with its output or not, as words behind its name. */
  Stream<List<String>> calls() {
    Stream<String> shown = commands().stream().map(Command::line);
    Stream<String> indented =
        Pattern.compile("(?m)^    (\\S.*)$").matcher(text).results().map(line -> line.group(1));
    return Stream.concat(shown, indented).flatMap(Page::callsIn);
  }

  private static Stream<List<String>> callsIn(String line) {
    List<List<String>> calls = new ArrayList<>(List.of(new ArrayList<>()));
    Matcher word = WORD.matcher(line.replaceFirst("(?<=\\s)#.*", ""));
    while (word.find()) {
      String text = word.group();
      if (text.matches("&&|[|;<>]")) {
        calls.add(new ArrayList<>());
      } else {
        calls.getLast().add(text.replaceAll("^['\"]|['\"]$", ""));
      }
    }
    return calls.stream()
        .filter(call -> !call.isEmpty() && call.getFirst().matches("(cli/bin/)?pt2st"))
        .map(call -> call.subList(1, call.size()));
  }

  @Override
  public String toString() {
    return name;
  }
}
