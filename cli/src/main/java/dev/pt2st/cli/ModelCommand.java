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

/** The frame of the commands that take a model, and what is or was made of it. */
abstract class ModelCommand extends Command {
  /** What of a checkpoint is taken, and as what. */
  final ContentOptions content = new ContentOptions();

  private final RemoteOptions remote = new RemoteOptions();

  /** What was fetched into folders of this disk. */
  private final FetchedNames fetched = new FetchedNames();

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
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  /**
   * What opens the inputs; it says in the end what was asked of the network.
   *
   * @param scratch where a file is put that its server gives out as a whole alone
   */
  final Inputs inputs(ScratchFolder scratch) {
    return new Inputs(remote.bounds(spec()), scratch, terminal, isQuiet());
  }

  /**
   * Opens an input, or a folder of a store that is one model.
   *
   * @param parts what becomes of such a folder if all of it would have to be fetched
   * @param check is made before it is fetched
   * @throws CheckpointException if such a folder is a checkpoint of a kind that is not read
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
   * Shows how the work goes on, if somebody watches.
   *
   * @param file which is worked on
   */
  final CopyProgress progress(Location file) {
    return new CopyProgress(terminal, file.fileName(), !isQuiet() && !isForProgram());
  }
}
