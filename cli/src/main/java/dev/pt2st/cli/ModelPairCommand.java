package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ConvertJson;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The frame of the commands that take {@code IN OUT}: a model, and what is or was made of it. */
abstract class ModelPairCommand extends Command {
  /** What of a checkpoint is taken, and as what. */
  final ContentOptions content = new ContentOptions();

  private final PositionalParamSpec in;
  private final PositionalParamSpec out;
  private final OptionSpec quiet = Options.flag("Print nothing but errors.", "-q", "--quiet");
  private final OptionSpec json;

  /**
   * @param name as the user types it
   * @param description what it does, for the help
   * @param in what the first file is
   * @param out what the second file is
   * @param json what a program gets
   */
  ModelPairCommand(
      Terminal terminal, String name, String description, String in, String out, String json) {
    super(terminal, name, description);
    this.in = Options.file("0", "IN", in);
    this.out = Options.file("1", "OUT", out);
    this.json = Options.flag(json, "--json");
  }

  /** Adds all arguments, with those that only this command has among them. */
  final void addAll(ArgSpec... own) {
    add(in, out);
    content.addTo(spec());
    add(own);
    add(quiet, json);
    content.addSafetyTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  @Override
  final ExitCode run() throws CheckpointException, IOException {
    Path input = in.getValue();
    Path output = out.getValue();
    Options.checkName(commandLine(), input, "IN", Options.READ_AT_MANY_PLACES);
    Options.checkName(commandLine(), output, "OUT", whyNoPipe());
    return run(input, output);
  }

  /** Why {@code OUT} can be no pipe. */
  abstract String whyNoPipe();

  /** Does what the command is for, with two names that can be those of files. */
  abstract ExitCode run(Path input, Path output) throws CheckpointException, IOException;

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

  @Override
  final void printForProgram(Failure failure) {
    if (isForProgram()) {
      ConvertJson.print(terminal, in.getValue(), out.getValue(), failure);
    }
  }
}
