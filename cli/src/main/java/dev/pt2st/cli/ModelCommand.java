package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.cli.input.FetchedNames;
import dev.pt2st.cli.input.FolderReading;
import dev.pt2st.cli.input.FolderReading.Check;
import dev.pt2st.cli.input.FolderReading.Parts;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The base of the commands with a model and its output as arguments. */
abstract class ModelCommand extends Command {
  /** The options for which tensors are taken, and how. */
  final ContentOptions content = new ContentOptions();

  private final RemoteOptions remote = new RemoteOptions();

  /** The names of files that were fetched into local folders. */
  private final FetchedNames fetched = new FetchedNames();

  private final OptionSpec quiet = Options.flag("Print nothing but errors.", "-q", "--quiet");
  private final OptionSpec json;

  /**
   * @param name as the user types it
   * @param description what it does, for the help
   * @param json the description of {@code --json}
   */
  ModelCommand(Terminal terminal, String name, String description, String json) {
    super(terminal, name, description);
    this.json = Options.flag(json, "--json");
  }

  /**
   * Adds all arguments.
   *
   * @param files the positional arguments
   * @param own the options that only this command has, which are placed between the common ones
   */
  final void addAll(List<? extends ArgSpec> files, ArgSpec... own) {
    files.forEach(this::add);
    content.addTo(spec());
    add(own);
    add(quiet, json);
    content.addSafetyTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /**
   * Opens inputs and reports the network traffic in the end.
   *
   * @param scratch where a file is kept that must be fetched as a whole
   */
  final Inputs inputs(ScratchFolder scratch) {
    return new Inputs(remote.bounds(spec()), scratch, terminal, isQuiet());
  }

  /**
   * Opens an input, or a remote folder that is one model.
   *
   * @param parts what to do if all of such a folder must be fetched
   * @param check a check before it is fetched
   * @throws CheckpointException if such a folder is an unsupported kind of checkpoint
   */
  final OpenInput open(Inputs inputs, Location location, Parts parts, Check check)
      throws CheckpointException, IOException {
    int connections = remote.bounds(spec()).connections();
    return inputs.openModel(
        location, new FolderReading(content.tagText(), connections, parts, fetched, check));
  }

  @Override
  final Failure failure(Exception e) {
    return Failure.of(e).renamed(fetched::shown);
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
   * A progress display, if stderr is a terminal.
   *
   * @param file the file that is worked on
   */
  final CopyProgress progress(Location file) {
    return new CopyProgress(terminal, file.fileName(), !isQuiet() && !isForProgram());
  }
}
