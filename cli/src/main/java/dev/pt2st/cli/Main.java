package dev.pt2st.cli;

import dev.pt2st.cli.option.HelpSections;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Redaction;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.TemporaryFiles;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code pt2st}. */
public final class Main {
  /** All commands, in the order of the help. */
  private static final Map<String, Function<Terminal, Command>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("convert", ConvertCommand::new);
    COMMANDS.put("migrate", MigrateCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("checksum", ChecksumCommand::new);
    COMMANDS.put("attest", AttestCommand::new);
    COMMANDS.put("inspect", InspectCommand::new);
    COMMANDS.put("scan", ScanCommand::new);
    COMMANDS.put("sbom", SbomCommand::new);
    COMMANDS.put("plan", PlanCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("report", ReportCommand::new);
    COMMANDS.put("allowlist", AllowlistCommand::new);
    COMMANDS.put("help", terminal -> new HelpCommand(terminal, COMMANDS.keySet()));
  }

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Runs when a signal ends the JVM, so that no half-written file is left.
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
    CommandLine commandLine = commandLine(terminal, args.length == 0 ? "" : args[0]);
    int code;
    try {
      code = args.length == 0 ? showUsage(commandLine) : commandLine.execute(args);
    } finally {
      terminal.flush();
    }
    String failure = terminal.outFailure();
    if (failure.isEmpty()) {
      return code;
    }
    // A truncated report must not look complete.
    terminal.note("pt2st: stdout: not all of it could be written: " + failure);
    return code == ExitCode.DONE.code() ? ExitCode.FAILED.code() : code;
  }

  private static int showUsage(CommandLine commandLine) {
    commandLine.usage(commandLine.getErr());
    return ExitCode.USAGE.code();
  }

  /**
   * The command line parser.
   *
   * @param named the requested subcommand, which is then the only one created, as creating all is
   *     slow. If it is not a subcommand, or is help about others, all are created.
   */
  static CommandLine commandLine(Terminal terminal, String named) {
    CommandSpec spec = CommandSpec.create().name("pt2st");
    spec.usageMessage()
        .description(
            "Converts PyTorch checkpoints to safetensors without running anything in them.")
        .synopsisSubcommandLabel("COMMAND");
    Options.addCommon(spec);
    CommandLine commandLine = new CommandLine(spec);
    Function<Terminal, Command> only = named.equals("help") ? null : COMMANDS.get(named);
    if (only != null) {
      commandLine.addSubcommand(only.apply(terminal).commandLine());
    } else {
      COMMANDS
          .values()
          .forEach(command -> commandLine.addSubcommand(command.apply(terminal).commandLine()));
    }
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::optionList);
    }
    return commandLine
        .setOut(terminal.outWriter())
        .setErr(terminal.errWriter())
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                terminal.hasColours() && terminal.errIsTerminal() ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false) // "@model.pt" is a file like any other
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(Math.clamp(terminal.width(), 60, 100))
        .setParameterExceptionHandler((e, given) -> usageError(terminal, e))
        .setExecutionExceptionHandler((e, command, result) -> internalError(terminal, e));
  }

  private static int usageError(Terminal terminal, ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String problem =
        e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
            ? unmatched(command, unmatched.getUnmatched())
            : null;
    terminal.note(
        "pt2st: " + Redaction.of(problem == null ? String.valueOf(e.getMessage()) : problem));
    if (problem != null || !UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE.code();
  }

  private static String unmatched(CommandLine command, List<String> words) {
    return command.getCommandSpec().userObject() instanceof Command known
        ? known.whyUnmatched(words)
        : UsageHints.command(words.getFirst(), COMMANDS.keySet());
  }

  /** Reports a bug of this program, with the details for a bug report. */
  private static int internalError(Terminal terminal, Exception e) {
    terminal.note("pt2st: internal error, please report it: " + Redaction.of(e.toString()));
    for (StackTraceElement frame : e.getStackTrace()) {
      terminal.note("    at " + frame);
    }
    return ExitCode.FAILED.code();
  }
}
