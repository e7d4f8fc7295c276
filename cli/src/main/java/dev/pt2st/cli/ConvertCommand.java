package dev.pt2st.cli;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ConvertOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.Outcome;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.verify.DifferenceException;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code pt2st convert IN OUT}. */
final class ConvertCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final CommandLine commandLine;

  private final PositionalParamSpec in = Options.file("0", "IN", "The checkpoint.");
  private final PositionalParamSpec out =
      Options.file("1", "OUT", "The safetensors file to write.");

  private final ContentOptions content = new ContentOptions();

  private final OptionSpec metadata =
      Options.texts(
          "--metadata", "KEY=VALUE", "A text for the file's __metadata__. May be repeated.");

  private final OptionSpec maxShardSize =
      OptionSpec.builder("--max-shard-size")
          .type(String.class)
          .paramLabel("SIZE")
          .description(
              "Split the output into files of at most SIZE (5GB, 500MB, 2GiB) of tensors, with an"
                  + " index, as Hugging Face does: OUT-00001-of-00003.safetensors and so on.")
          .build();

  private final OptionSpec sidecar =
      OptionSpec.builder("--sidecar")
          .type(Path.class)
          .paramLabel("FILE")
          .description(
              "Also write everything but the tensors' bytes (settings, epoch, vocabularies) to FILE,"
                  + " as JSON.")
          .build();

  private final OptionSpec overwrite = Options.flag("Replace an existing output.", "--overwrite");

  private final OptionSpec dryRun =
      Options.flag("Only print what would be written, as a table; write nothing.", "--dry-run");

  private final OptionSpec verify =
      Options.flag(
          "Read back what was written and compare it with the checkpoint, before it gets its name.",
          "--verify");

  private final OptionSpec fsync =
      Options.flag("Make the output durable on the disk before it gets its name.", "--fsync");

  private final OptionSpec quiet = Options.flag("Print nothing but errors.", "-q", "--quiet");

  private final OptionSpec json =
      Options.flag("Print one JSON object with the report instead.", "--json");

  ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
    CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("convert");
    spec.usageMessage()
        .description("Convert a PyTorch checkpoint to a safetensors file, without running it.");
    spec.addPositional(in).addPositional(out);
    content.addTo(spec);
    for (OptionSpec option :
        List.of(metadata, maxShardSize, sidecar, overwrite, dryRun, verify, fsync, quiet, json)) {
      spec.addOption(option);
    }
    content.addSafetyTo(spec);
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
    Path output = out.getValue();
    Options.checkName(commandLine, input, "IN", Options.READ_AT_MANY_PLACES);
    Options.checkName(
        commandLine,
        output,
        "OUT",
        "an output appears whole or not at all, which a pipe cannot do");
    if (Options.isSet(verify) && Options.isSet(dryRun)) {
      throw usage("--verify reads what was written, and --dry-run writes nothing");
    }
    try {
      run(input, output);
      return ExitCode.DONE.code();
    } catch (DifferenceException e) {
      int code = fail(input, output, Failure.of(e));
      DifferenceReport.lines(e.verification()).forEach(terminal::note);
      return code;
    } catch (CheckpointException e) {
      return fail(input, output, Failure.of(e));
    } catch (IOException e) {
      return fail(input, output, Failure.of(e));
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(commandLine, problem);
  }

  private int fail(Path input, Path output, Failure failure) {
    failure.print(terminal);
    if (Options.isSet(json)) {
      ConvertJson.print(terminal, input, output, failure);
    }
    return failure.code().code();
  }

  private void run(Path input, Path output) throws CheckpointException, IOException {
    ConvertOptions options = options(output);
    boolean silent = Options.isSet(quiet);
    boolean asJson = Options.isSet(json);
    boolean planOnly = Options.isSet(dryRun);
    long start = System.nanoTime();
    Outcome outcome;
    if (planOnly) {
      Converter.checkOutput(input, output, options);
      outcome = new Outcome(Converter.plan(input, options), List.of());
    } else {
      try (CopyProgress progress =
          new CopyProgress(terminal, String.valueOf(input.getFileName()), !silent && !asJson)) {
        outcome =
            Options.isSet(verify)
                ? Converter.convert(
                    input, output, options, progress, new OutputVerifier(output, options, progress))
                : Converter.convert(input, output, options, progress);
      }
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    ConvertReport.Manner manner =
        new ConvertReport.Manner(
            elapsed,
            planOnly,
            Options.isSet(verify),
            options.sidecar().orElse(null),
            ContentOptions.given(commandLine.getParseResult()));
    if (asJson) {
      ConvertJson.print(terminal, input, output, outcome, manner);
    } else if (!silent) {
      ConvertReport report = new ConvertReport(output, outcome, manner);
      if (planOnly) {
        terminal.lines(report.table(terminal.tableWidth()));
      }
      report.summary().forEach(terminal::line);
    }
  }

  private ConvertOptions options(Path output) {
    ConvertOptions options =
        content
            .options(commandLine.getCommandSpec())
            .withMetadata(metadataByKey())
            .withOverwrite(Options.isSet(overwrite))
            .withDurable(Options.isSet(fsync));
    Path beside = sidecar.getValue();
    if (beside != null) {
      Options.checkName(
          commandLine,
          beside,
          "--sidecar",
          "a sidecar appears whole or not at all, which a pipe cannot do");
      options = options.withSidecar(beside);
    }
    String size = maxShardSize.getValue();
    if (size == null) {
      return options;
    }
    if (!ShardNames.areMadeFrom(output)) {
      throw usage(
          "--max-shard-size makes the names of the shards from OUT, which must end in "
              + ShardNames.EXTENSION);
    }
    try {
      return options.withMaxShardBytes(ByteCount.parse(size));
    } catch (IllegalArgumentException e) {
      throw usage("--max-shard-size: " + e.getMessage());
    }
  }

  private Map<String, String> metadataByKey() {
    Map<String, String> byKey = new LinkedHashMap<>();
    for (String text : Options.textsOf(metadata)) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw usage("--metadata takes KEY=VALUE, not \"" + text + "\"");
      }
      if (text.substring(0, equals).equals(ConvertOptions.CONVERTED)) {
        throw usage("--metadata cannot have the key \"" + ConvertOptions.CONVERTED + "\"");
      }
      if (byKey.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
        throw usage("--metadata has the key \"" + text.substring(0, equals) + "\" twice");
      }
    }
    return byKey;
  }
}
