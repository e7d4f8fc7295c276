package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The frame of every command: it is run, and what it throws becomes a sentence, an exit code and,
 * where a program asked for JSON, an object.
 */
abstract class Command implements Callable<Integer> {
  /** Where the command prints. */
  final Terminal terminal;

  private final CommandLine commandLine;

  /**
   * @param name as the user types it
   * @param description what it does, for the help
   */
  Command(Terminal terminal, String name, String description) {
    this.terminal = terminal;
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name(name);
    // All options by name would be a dozen lines that nobody reads.
    spec.usageMessage().description(description).abbreviateSynopsis(true);
    this.commandLine = new CommandLine(spec);
  }

  final CommandLine commandLine() {
    return commandLine;
  }

  final CommandSpec spec() {
    return commandLine.getCommandSpec();
  }

  /** Adds arguments, in the order of the help. */
  final void add(ArgSpec... arguments) {
    for (ArgSpec argument : arguments) {
      spec().add(argument);
    }
  }

  /** A command line that makes no sense, and why. */
  final ParameterException usage(String problem) {
    return new ParameterException(commandLine, problem);
  }

  /** What is wrong with words that are no options and more than the command takes. */
  String whyUnmatched(List<String> words) {
    return Mistake.tooMany(words);
  }

  /**
   * Does what the command is for.
   *
   * @throws ParameterException if the command line makes no sense
   * @throws CheckpointException if a file is not taken
   * @throws IOException if a file cannot be read or written
   */
  abstract ExitCode run() throws CheckpointException, IOException;

  /** Prints why nothing came of it for a program too, if one asked for JSON. */
  void printForProgram(Failure failure) {}

  /** What went wrong, in words that name files as the user does. */
  Failure failure(Exception e) {
    return Failure.of(e);
  }

  @Override
  public final Integer call() {
    try {
      return run().code();
    } catch (CheckpointException | IOException | UncheckedIOException e) {
      Failure failure = failure(e);
      ExitCode code = tell(failure);
      printForProgram(failure);
      return code.code();
    }
  }

  /**
   * Says what went wrong, behind what was found all the same.
   *
   * @return the exit code for it
   */
  final ExitCode tell(Failure failure) {
    terminal.flush();
    failure.print(terminal);
    return failure.code();
  }
}
