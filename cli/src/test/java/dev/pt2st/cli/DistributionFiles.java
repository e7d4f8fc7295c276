package dev.pt2st.cli;

import dev.pt2st.cli.option.Examples;
import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what a distribution holds of the command line beside the program: the source of a manual
 * page for every command, in AsciiDoc, and the completion for bash and zsh.
 *
 * <p>It stands with the tests, since picocli's generator is of no use to a running program.
 */
final class DistributionFiles {
  /** What every page says of the environment. */
  private static final String ENVIRONMENT =
      """

      == Environment

      *PT2ST_JAVA_OPTS*::
      Words for the Java that pt2st brings, such as -Xmx8g for a file with very many values.
      *NO_COLOR*::
      With any text: nothing is coloured.
      *TMPDIR*::
      Where nameless temporary files are made if there is no output to make them beside.
      """;

  /** What the manual pages show of the use of each command: a line of a shell for each. */
  static final Map<String, List<String>> EXAMPLES = new LinkedHashMap<>();

  static {
    for (String command : Examples.commands()) {
      EXAMPLES.put(command.equals("pt2st") ? command : "pt2st-" + command, Examples.of(command));
    }
  }

  private DistributionFiles() {}

  /**
   * Writes into a folder.
   *
   * @param args the folder
   * @throws IOException if the files cannot be written
   */
  public static void main(String[] args) throws IOException {
    writeTo(Path.of(args[0]));
  }

  static void writeTo(Path folder) throws IOException {
    CommandLine commandLine = Main.commandLine(Terminal.ofProcess(), "");
    String completion = AutoComplete.bash("pt2st", commandLine);
    // Shells read this and never run it: it has no interpreter to name.
    Files.writeString(
        Files.createDirectories(folder).resolve("completion.bash"),
        completion.substring(completion.indexOf('\n') + 1));
    writeManual(Files.createDirectories(folder.resolve("man")), commandLine);
  }

  private static void writeManual(Path folder, CommandLine commandLine) throws IOException {
    prepare(commandLine.getCommandSpec());
    commandLine.getSubcommands().values().forEach(command -> prepare(command.getCommandSpec()));
    int exitCode =
        ManPageGenerator.generateManPage(
            folder.toFile(), null, new boolean[0], true, commandLine.getCommandSpec());
    if (exitCode != CommandLine.ExitCode.OK) {
      throw new IOException("no manual pages in " + folder + ": picocli ended with " + exitCode);
    }
    for (String page : EXAMPLES.keySet()) {
      Path file = folder.resolve(page + ".adoc");
      // picocli leaves it to AsciiDoc what to make of two underscores, which takes them for a mark.
      String text = Files.readString(file).replaceAll("__\\w+__", "pass:[$0]");
      Files.writeString(file, text + ENVIRONMENT + examples(page) + others(page));
    }
  }

  /** A manual page has other headings than the help, and says in one line what a program does. */
  private static void prepare(CommandSpec command) {
    String[] texts = command.usageMessage().description();
    if (command.usageMessage().header().length > 0) {
      texts = command.usageMessage().header();
    }
    String sentence = texts[0].split("[.:] |[.]$", 2)[0];
    command
        .usageMessage()
        .header(sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1))
        .exitCodeListHeading("Exit status%n")
        .footerHeading("")
        .footer();
  }

  private static String examples(String page) {
    return "\n== Examples\n\n....\n" + String.join("\n", EXAMPLES.get(page)) + "\n....\n";
  }

  private static String others(String page) {
    return EXAMPLES.keySet().stream()
        .filter(other -> !other.equals(page))
        .map(other -> "*" + other + "*(1)")
        .collect(Collectors.joining(", ", "\n== See also\n\n", "\n"));
  }
}
