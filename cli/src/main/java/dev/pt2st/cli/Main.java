package dev.pt2st.cli;

import dev.pt2st.io.TemporaryFiles;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command {@code pt2st}. */
@Command(
    name = "pt2st",
    description = "Converts PyTorch checkpoints to safetensors without running anything in them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.Version.class,
    subcommands = HelpCommand.class)
public final class Main {
  private Main() {}

  /** Runs and ends the process with the exit code. */
  public static void main(String[] args) {
    // A signal ends the JVM through this: nothing half-written stays behind.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(TemporaryFiles::deleteAll));
    System.exit(run(args));
  }

  /**
   * Runs a command line in this process.
   *
   * @return the exit code
   */
  public static int run(String... args) {
    return run(Terminal.ofProcess(), args);
  }

  static int run(Terminal terminal, String... args) {
    CommandLine commandLine = commandLine(terminal);
    try {
      return args.length == 0 ? showUsage(commandLine) : commandLine.execute(args);
    } finally {
      terminal.flush();
    }
  }

  private static int showUsage(CommandLine commandLine) {
    commandLine.usage(commandLine.getErr());
    return ExitCode.USAGE.code();
  }

  static CommandLine commandLine(Terminal terminal) {
    IFactory factory = CommandLine.defaultFactory();
    CommandLine commandLine = new CommandLine(new Main(), factory);
    CommandLine convert = new CommandLine(new ConvertCommand(terminal), factory);
    LimitOptions.addTo(convert.getCommandSpec());
    commandLine.addSubcommand(convert);
    commandLine
        .setOut(terminal.outWriter())
        .setErr(terminal.errWriter())
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                terminal.outIsTerminal() && terminal.errIsTerminal() ? Ansi.AUTO : Ansi.OFF))
        .setExpandAtFiles(false) // "@model.pt" is a file like any other
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(Math.clamp(terminal.width(), 60, 100))
        .setParameterExceptionHandler((e, given) -> usageError(terminal, e))
        .setExecutionExceptionHandler((e, command, result) -> internalError(terminal, e));
    commandLine.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    }
    commandLine.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    convert.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    return commandLine;
  }

  private static java.util.Map<String, String> exitCodes() {
    return Arrays.stream(ExitCode.values())
        .collect(
            Collectors.toMap(
                code -> String.valueOf(code.code()),
                ExitCode::meaning,
                (a, b) -> a,
                java.util.LinkedHashMap::new));
  }

  private static int usageError(Terminal terminal, ParameterException e) {
    CommandLine command = e.getCommandLine();
    terminal.note("pt2st: " + e.getMessage());
    PrintWriter err = command.getErr();
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  /** A mistake of ours: said as such, with what a report needs. */
  private static int internalError(Terminal terminal, Exception e) {
    terminal.note("pt2st: internal error, please report it: " + e);
    for (StackTraceElement frame : e.getStackTrace()) {
      terminal.note("    at " + frame);
    }
    return ExitCode.FAILED.code();
  }

  /** The version that the jar's manifest names. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"pt2st " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
