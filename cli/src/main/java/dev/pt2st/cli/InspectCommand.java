package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.inspect.InspectOptions;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.Inspector;
import dev.pt2st.inspect.ModuleTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code pt2st inspect FILE}. */
final class InspectCommand implements Callable<Integer> {
  private static final int ALL_LEVELS = Integer.MAX_VALUE;

  private final Terminal terminal;
  private final CommandLine commandLine;

  private final PositionalParamSpec in =
      Options.file("0", "FILE", "The checkpoint or safetensors file.");

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

  private final OptionSpec json = Options.flag("Print one JSON object instead.", "--json");

  private final OptionSpec noCrc = Options.noCrc();

  private final PolicyOptions policy = new PolicyOptions();

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("inspect");
    spec.usageMessage()
        .description(
            "Show what is in a checkpoint or safetensors file. No tensor's bytes are read and"
                + " nothing of it is run.");
    spec.addPositional(in);
    List.of(tree, depth, pickle, json, noCrc).forEach(spec::addOption);
    policy.addAcceptingTo(spec);
    Options.addCommon(spec);
    LimitOptions.addTo(spec);
    this.commandLine = new CommandLine(spec);
  }

  CommandLine commandLine() {
    return commandLine;
  }

  @Override
  public Integer call() {
    Path input = in.getValue();
    Options.checkName(commandLine, input, "FILE", Options.READ_AT_MANY_PLACES);
    if (depth.getValue() != null && !Options.isSet(tree)) {
      throw new ParameterException(commandLine, "--depth goes with --tree");
    }
    if (depth.getValue() != null && depth.<Integer>getValue() < 0) {
      throw new ParameterException(commandLine, "--depth must not be negative");
    }
    if (Options.isSet(tree) && Options.isSet(pickle)) {
      throw new ParameterException(commandLine, "--tree and --pickle exclude each other");
    }
    InspectOptions options =
        new InspectOptions(
            policy.policy(), LimitOptions.of(commandLine.getParseResult()), !Options.isSet(noCrc));
    try {
      return Options.isSet(pickle) ? disassemble(input, options) : inspect(input, options);
    } catch (CheckpointException e) {
      return fail(input, Failure.of(e));
    } catch (IOException e) {
      return fail(input, Failure.of(e));
    }
  }

  private int fail(Path input, Failure failure) {
    int code = tell(failure);
    if (Options.isSet(json)) {
      InspectJson.print(terminal, input, failure);
    }
    return code;
  }

  private int disassemble(Path input, InspectOptions options)
      throws CheckpointException, IOException {
    if (!Options.isSet(json)) {
      Inspector.disassemble(input, options, new PickleText(terminal));
      return ExitCode.DONE.code();
    }
    Failure failure = PickleJson.print(terminal, input, options);
    if (failure == null) {
      return ExitCode.DONE.code();
    }
    return tell(failure);
  }

  /** Says what went wrong behind what was found all the same. */
  private int tell(Failure failure) {
    terminal.flush();
    failure.print(terminal);
    return failure.code().code();
  }

  private int inspect(Path input, InspectOptions options) throws CheckpointException, IOException {
    Inspection found = Inspector.inspect(input, options);
    int levels = depth.<Integer>getValue() == null ? ALL_LEVELS : depth.<Integer>getValue();
    if (Options.isSet(json)) {
      InspectJson.print(terminal, found, Options.isSet(tree) ? levels : -1);
    } else {
      int width = terminal.tableWidth();
      terminal.lines(
          Options.isSet(tree)
              ? TreeReport.lines(ModuleTree.of(found.tensors()), levels, width)
              : new InspectReport(found, width).lines());
    }
    CheckpointException problem = found.problem();
    return problem == null ? ExitCode.DONE.code() : tell(Failure.of(problem));
  }
}
