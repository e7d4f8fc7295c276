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
 * The base of every command. Exceptions of a run become a message, an exit code and, if JSON was
 * requested, an object.
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
    // A synopsis with all options would be a dozen lines long.
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

  /** An exception for a wrong command line. */
  final ParameterException usage(String problem) {
    return new ParameterException(commandLine, problem);
  }

  /** The message for surplus words that are not options. */
  String whyUnmatched(List<String> words) {
    return UsageHints.tooMany(words);
  }

  /**
   * Runs the command.
   *
   * @throws ParameterException if the command line is wrong
   * @throws CheckpointException if a file is refused
   * @throws IOException if a file cannot be read or written
   */
  abstract ExitCode run() throws CheckpointException, IOException;

  /** Prints a failure as JSON too, if JSON was requested. */
  void printForProgram(Failure failure) {}

  /** The failure for an exception, with files named as the user did. */
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
   * Prints a failure, after the results that were found before it.
   *
   * @return the exit code for it
   */
  final ExitCode tell(Failure failure) {
    terminal.flush();
    failure.print(terminal);
    return failure.code();
  }
}
