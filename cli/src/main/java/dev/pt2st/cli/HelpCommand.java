package dev.pt2st.cli;

import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Terminal;
import java.util.Collection;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st help [COMMAND]}. */
final class HelpCommand extends Command {
  private final PositionalParamSpec name;

  /**
   * @param commands the names of all commands
   */
  HelpCommand(Terminal terminal, Collection<String> commands) {
    super(terminal, "help", "Show the help of a command.");
    name =
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .type(String.class)
            .completionCandidates(commands)
            .paramLabel("COMMAND")
            .description("The command to show the help of. Without it, all are listed.")
            .build();
    add(name);
    Options.addCommon(spec());
  }

  @Override
  ExitCode run() {
    CommandLine top = commandLine().getParent();
    String asked = name.getValue();
    CommandLine shown = asked == null ? top : top.getSubcommands().get(asked);
    if (shown == null) {
      throw usage(UsageHints.command(String.valueOf(asked), top.getSubcommands().keySet()));
    }
    shown.usage(top.getOut());
    return ExitCode.DONE;
  }
}
