package dev.pt2st.cli;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ConvertJson;
import dev.pt2st.cli.report.ConvertReport;
import dev.pt2st.cli.report.CopyProgress;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/** {@code pt2st convert IN OUT}. */
final class ConvertCommand extends ModelPairCommand {
  private final OptionSpec metadata =
      Options.texts(
          "--metadata", "KEY=VALUE", "A text for the file's __metadata__. May be repeated.");

  private final OptionSpec maxShardSize =
      OptionSpec.builder("--max-shard-size")
          .type(String.class)
          .paramLabel("SIZE")
          .description(
              "Split the output into files of at most SIZE (5GB, 500MB, 2GiB) of tensors, with an"
                  + " index, as Hugging Face does: OUT-00001-of-00003 and so on.")
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
      Options.flag(
          "Only print what would be written, as a table; write nothing, and read no tensor's elements.",
          "--dry-run");

  private final OptionSpec verify =
      Options.flag(
          "Read back what was written and compare it with the checkpoint, before it gets its name.",
          "--verify");

  private final OptionSpec fsync =
      Options.flag("Make the output durable on the disk before it gets its name.", "--fsync");

  ConvertCommand(Terminal terminal) {
    super(
        terminal,
        "convert",
        "Convert a PyTorch checkpoint to a safetensors file, without running it.",
        "The checkpoint.",
        "The safetensors file to write.",
        "Print one JSON object with the report instead.");
    addAll(metadata, maxShardSize, sidecar, overwrite, dryRun, verify, fsync);
  }

  @Override
  String whyNoPipe() {
    return "an output appears whole or not at all, which a pipe cannot do";
  }

  @Override
  ExitCode run(Path input, Path output) throws CheckpointException, IOException {
    if (Options.isSet(verify) && Options.isSet(dryRun)) {
      throw usage("--verify reads what was written, and --dry-run writes nothing");
    }
    ConvertOptions options = options(output);
    WriteOptions how = writeOptions();
    long start = System.nanoTime();
    ConversionResult outcome = convert(input, output, options, how);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    print(input, output, outcome, conversionRun(input, elapsed, how));
    return ExitCode.DONE;
  }

  private ConversionResult convert(
      Path input, Path output, ConvertOptions options, WriteOptions how)
      throws CheckpointException, IOException {
    if (Options.isSet(dryRun)) {
      Converter.checkOutput(input, output, options, how);
      try (Conversion conversion = Conversion.open(input, options)) {
        return new ConversionResult(conversion.plan(), List.of());
      }
    }
    try (CopyProgress progress = progress(input);
        Conversion conversion = Conversion.openFor(input, output, options, how, progress)) {
      return conversion.write(output, how, progress);
    }
  }

  private ConvertReport.ConversionRun conversionRun(
      Path input, Duration elapsed, WriteOptions how) {
    return new ConvertReport.ConversionRun(
        elapsed,
        Options.isSet(dryRun),
        Options.isSet(verify),
        how.sidecar(),
        ContentOptions.given(commandLine().getParseResult()),
        SourcePath.of(input).member());
  }

  private void print(
      Path input, Path output, ConversionResult outcome, ConvertReport.ConversionRun run) {
    if (isForProgram()) {
      ConvertJson.print(terminal, input, output, outcome, run);
    } else if (!isQuiet()) {
      ConvertReport report = new ConvertReport(output, outcome, run);
      if (Options.isSet(dryRun)) {
        terminal.lines(report.table(terminal.tableWidth()));
      }
      report.summary().forEach(terminal::line);
    }
  }

  private WriteOptions writeOptions() {
    WriteOptions how =
        WriteOptions.STANDARD
            .withIfExists(IfExists.of(Options.isSet(overwrite)))
            .withDurability(Durability.of(Options.isSet(fsync)));
    if (Options.isSet(verify)) {
      how = how.withCheck(new OutputVerifier());
    }
    Path beside = sidecar.getValue();
    if (beside == null) {
      return how;
    }
    Options.checkName(
        commandLine(),
        beside,
        "--sidecar",
        "a sidecar appears whole or not at all, which a pipe cannot do");
    return how.withSidecar(beside);
  }

  private ConvertOptions options(Path output) {
    ConvertOptions options = content.options(spec()).withMetadata(metadataByKey());
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
