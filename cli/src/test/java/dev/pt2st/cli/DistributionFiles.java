package dev.pt2st.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what a distribution holds of the command line beside the program: the source of a manual
 * page for every command, in AsciiDoc, and the completion for bash and zsh.
 *
 * <p>It stands with the tests, since picocli's generator is of no use to a running program.
 */
final class DistributionFiles {
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
    Path pages = Files.createDirectories(folder.resolve("man"));
    int exitCode =
        ManPageGenerator.generateManPage(
            pages.toFile(), null, new boolean[0], true, commandLine.getCommandSpec());
    if (exitCode != CommandLine.ExitCode.OK) {
      throw new IOException("no manual pages in " + pages + ": picocli ended with " + exitCode);
    }
    Files.writeString(folder.resolve("completion.bash"), AutoComplete.bash("pt2st", commandLine));
  }
}
