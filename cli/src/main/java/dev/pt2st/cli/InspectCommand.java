package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.ReadOptions;
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
import dev.pt2st.cli.option.PolicyOptions;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.InspectJson;
import dev.pt2st.cli.report.InspectReport;
import dev.pt2st.cli.report.PickleJson;
import dev.pt2st.cli.report.PickleText;
import dev.pt2st.cli.report.TreeReport;
import dev.pt2st.cli.report.html.InspectHtml;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.Inspector;
import dev.pt2st.inspect.ModuleTree;
import dev.pt2st.inspect.pickle.PickleListing;
import dev.pt2st.io.Input;
import java.io.IOException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st inspect FILE}. */
final class InspectCommand extends Command {
  private static final int ALL_LEVELS = Integer.MAX_VALUE;

  private final PositionalParamSpec in =
      Options.input(
          "0",
          "FILE",
          "The checkpoint, safetensors file, or folder that is one: a path, or the address of one file.");

  private final OptionSpec tree =
      Options.flag("Show the modules with their sizes, as a tree, instead of all.", "--tree");

  private final OptionSpec depth =
      OptionSpec.builder("--depth")
          .type(int.class)
          .paramLabel("N")
          .description("Levels of the tree to show. Without it, all.")
          .build();

  private final OptionSpec pickle =
      Options.flag("Disassemble the pickles, also broken ones up to where they break.", "--pickle");

  private final OptionSpec json =
      Options.flag("Print one JSON object instead; the same as --format json.", "--json");

  /** The output format. */
  private enum Format {
    TEXT,
    JSON,
    HTML
  }

  private final OptionSpec format =
      Options.choice(
          "--format",
          Format.class,
          "Print text, JSON or a page: html has the modules as a drawing, by their bytes.");

  private final OptionSpec tag = ContentOptions.tag();

  private final OptionSpec noCrc = Options.noCrc();

  private final PolicyOptions policy = new PolicyOptions();

  private final RemoteOptions remote = new RemoteOptions();

  /** The names of files that were fetched into local folders. */
  private final FetchedNames fetched = new FetchedNames();

  InspectCommand(Terminal terminal) {
    super(
        terminal,
        "inspect",
        "Show what is in a checkpoint or safetensors file. No tensor's bytes are read and"
            + " nothing in it is run.");
    add(in, tag, tree, depth, pickle, format, json, noCrc);
    policy.addAcceptingTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  @Override
  ExitCode run() throws CheckpointException, IOException {
    Location named = in.getValue();
    Options.checkInput(commandLine(), named, "FILE");
    if (depth.getValue() != null && !Options.isSet(tree)) {
      throw usage("--depth goes with --tree");
    }
    if (depth.getValue() != null && depth.<Integer>getValue() < 0) {
      throw usage("--depth must not be negative");
    }
    if (Options.isSet(tree) && Options.isSet(pickle)) {
      throw usage("--tree and --pickle exclude each other");
    }
    if (Options.isSet(json) && isPage()) {
      throw usage("--json and --format html exclude each other");
    }
    if (isPage() && (Options.isSet(tree) || Options.isSet(pickle))) {
      throw usage("a page has the modules, and no pickles: leave out --tree and --pickle");
    }
    ReadOptions options = policy.readOptions(spec(), noCrc);
    try (Inputs inputs = new Inputs(remote.bounds(spec()), terminal, false);
        OpenInput open = Options.isSet(pickle) ? inputs.open(named) : model(inputs, named)) {
      Input input = open.input();
      return Options.isSet(pickle) ? disassemble(input, options) : inspect(named, input, options);
    }
  }

  /** Opens an input, or a remote folder that is one model: its parts are then fetched. */
  private OpenInput model(Inputs inputs, Location named) throws CheckpointException, IOException {
    int connections = remote.bounds(spec()).connections();
    return inputs.openModel(
        named, new FolderReading(tag(), connections, Parts.READ, fetched, Check.NONE));
  }

  @Override
  Failure failure(Exception e) {
    return Failure.of(e).renamed(fetched::shown);
  }

  @Override
  void printForProgram(Failure failure) {
    if (isJson()) {
      InspectJson.print(terminal, in.<Location>getValue().name(), failure);
    }
  }

  private boolean isPage() {
    return format.<Format>getValue() == Format.HTML;
  }

  private boolean isJson() {
    return Options.isSet(json) || format.<Format>getValue() == Format.JSON;
  }

  private String tag() {
    String given = tag.getValue();
    return given == null ? "" : given;
  }

  private ExitCode disassemble(Input input, ReadOptions options)
      throws CheckpointException, IOException {
    if (!isJson()) {
      PickleListing.list(input, options, new PickleText(terminal));
      return ExitCode.DONE;
    }
    Failure failure = PickleJson.print(terminal, input, options);
    return failure == null ? ExitCode.DONE : tell(failure);
  }

  private ExitCode inspect(Location named, Input input, ReadOptions options)
      throws CheckpointException, IOException {
    Inspection read = Inspector.inspect(input, options, tag());
    boolean isFetched = named instanceof Location.Address && input instanceof Input.OnDisk;
    Inspection found = isFetched ? read.named(named.name()) : read;
    int levels = depth.<Integer>getValue() == null ? ALL_LEVELS : depth.<Integer>getValue();
    if (isPage()) {
      InspectHtml.print(terminal, found);
    } else if (isJson()) {
      InspectJson.print(terminal, found, Options.isSet(tree) ? levels : -1);
    } else {
      int width = terminal.tableWidth();
      terminal.lines(
          Options.isSet(tree)
              ? TreeReport.lines(ModuleTree.of(found.tensors()), levels, width)
              : new InspectReport(found, width).lines());
    }
    CheckpointException problem = found.problem();
    return problem == null ? ExitCode.DONE : tell(failure(problem));
  }
}
