package dev.pt2st.cli;

import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The frame of the commands that take a model, and what is or was made of it. */
abstract class ModelCommand extends Command {
  /** What of a checkpoint is taken, and as what. */
  final ContentOptions content = new ContentOptions();

  private final OptionSpec quiet = Options.flag("Print nothing but errors.", "-q", "--quiet");
  private final OptionSpec json;

  /**
   * @param name as the user types it
   * @param description what it does, for the help
   * @param json what a program gets
   */
  ModelCommand(Terminal terminal, String name, String description, String json) {
    super(terminal, name, description);
    this.json = Options.flag(json, "--json");
  }

  /**
   * Adds all arguments.
   *
   * @param files the files that the command takes
   * @param own the options that only this command has; the others stand around them
   */
  final void addAll(List<? extends ArgSpec> files, ArgSpec... own) {
    files.forEach(this::add);
    content.addTo(spec());
    add(own);
    add(quiet, json);
    content.addSafetyTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /** Whether one JSON object is printed. */
  final boolean isForProgram() {
    return Options.isSet(json);
  }

  /** Whether nothing but errors is printed. */
  final boolean isQuiet() {
    return Options.isSet(quiet);
  }

  /**
   * Shows how the work goes on, if somebody watches.
   *
   * @param file which is worked on
   */
  final CopyProgress progress(Path file) {
    return new CopyProgress(
        terminal, String.valueOf(file.getFileName()), !isQuiet() && !isForProgram());
  }
}
