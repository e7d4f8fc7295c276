package dev.pt2st.cli;

import dev.pt2st.ByteCount;
import dev.pt2st.CheckpointException;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.MalformedException;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.AttestOptions;
import dev.pt2st.cli.option.ContentOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.report.ConvertJson;
import dev.pt2st.cli.report.ConvertReport;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.OutputNames;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.work.ConvertTarget;
import dev.pt2st.cli.work.ConvertWork;
import dev.pt2st.cli.work.ConvertedFiles;
import dev.pt2st.convert.ConversionResult;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.safetensors.ShardNames;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st convert IN [OUT]}. */
final class ConvertCommand extends ModelCommand {
  private static final String NO_PIPE =
      "an output appears whole or not at all, which a pipe cannot do";

  private final PositionalParamSpec files =
      Options.inputs(
          "1..*",
          "IN",
          "The checkpoint (a path, or the address of a file), and then the output: a safetensors"
              + " file, or a folder for it. Without an output, the file is written beside the"
              + " checkpoint under its name with another ending; for an address, in the current"
              + " folder. If there are three or more names, all are checkpoints, unless the last"
              + " is a folder.");

  private final OptionSpec out =
      OptionSpec.builder("-o", "--out")
          .type(Location.class)
          .converters(Options::location)
          .paramLabel("OUT")
          .description(
              "The safetensors file to write, or a folder for it; also s3://bucket/key. With several"
                  + " checkpoints it is a folder, there or not yet.")
          .build();

  private final OptionSpec metadata =
      Options.texts(
          "--metadata",
          "KEY=VALUE",
          "A text for the file's __metadata__; without a VALUE the text of this KEY is left out. May"
              + " be repeated.");

  private final OptionSpec maxShardSize =
      OptionSpec.builder("--max-shard-size")
          .type(String.class)
          .paramLabel("SIZE")
          .description(
              "Split the output into files of at most SIZE (5GB, 500MB, 2GiB) of tensors, with an"
                  + " index, as Hugging Face does: OUT-00001-of-00003 and so on.")
          .build();

  private final OptionSpec sidecar =
      Options.path(
          "FILE",
          "Also write everything but the tensors' bytes (settings, epoch, vocabularies) to FILE,"
              + " as JSON.",
          "--sidecar");

  private final OptionSpec attest =
      Options.path(
          "FILE",
          "Also write to FILE what the output was made from, as an in-toto statement that pt2st"
              + " attest verify derives again.",
          "--attest");

  private final AttestOptions statement = new AttestOptions(attest);

  private final OptionSpec overwrite =
      Options.flag(
          "Replace an existing output, if it is a safetensors file. No other file is ever replaced.",
          "--overwrite",
          "--force");

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
        "Print one JSON object with the report instead; for several checkpoints, an array.");
    addAll(List.of(files), out, metadata, maxShardSize, sidecar);
    statement.addTo(spec());
    add(overwrite, dryRun, verify, fsync);
    spec()
        .usageMessage()
        .customSynopsis(
            "pt2st convert [OPTIONS] IN [OUT]", "       pt2st convert [OPTIONS] IN... [--out DIR]");
  }

  /** The inputs and outputs among the positional arguments. */
  private List<ConvertTarget> targets() {
    List<String> words = files.originalStringValues();
    // As they were typed, since a path does not keep a trailing slash.
    String target = out.getValue() == null ? null : out.originalStringValues().getFirst();
    boolean isPair = target == null && words.size() == 2;
    try {
      for (int i = 0; i < words.size(); i++) {
        boolean isOutput = isPair && i == 1;
        if (isOutput) {
          checkOutput(words.get(i), "OUT");
        } else {
          Options.checkInput(commandLine(), Location.of(words.get(i)), "IN");
        }
      }
      if (target != null) {
        checkOutput(target, "--out");
      }
      return ConvertTarget.of(words, target);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private void checkOutput(String word, String label) {
    if (Location.of(word) instanceof Location.Address address) {
      if (!address.takesOutputs()) {
        throw usage(label + " is on this disk or in S3, and " + address + " is neither");
      }
      return;
    }
    Options.checkName(commandLine(), Path.of(word), label, NO_PIPE);
  }

  @Override
  ExitCode run() throws CheckpointException, IOException {
    if (Options.isSet(verify) && Options.isSet(dryRun)) {
      throw usage("--verify reads what was written, and --dry-run writes nothing");
    }
    List<ConvertTarget> targets = targets();
    if (targets.size() > 1 && sidecar.getValue() != null) {
      throw usage("--sidecar names one file: convert one checkpoint at a time with it");
    }
    checkAttest(targets);
    WriteOptions how = writeOptions();
    // Checked for all inputs before the first is converted.
    for (ConvertTarget target : targets) {
      options(target.output());
    }
    try (Inputs inputs = inputs(ScratchFolder.beside(targets.getFirst().output()))) {
      ConvertWork work =
          new ConvertWork(
              inputs,
              how,
              shaping(),
              (input, parts, check) -> open(inputs, input, parts, check),
              this::progress);
      return runAll(work, targets, how);
    }
  }

  private void checkAttest(List<ConvertTarget> targets) {
    Path file = attest.getValue();
    statement.check(commandLine(), file != null);
    if (file == null) {
      return;
    }
    Options.checkName(
        commandLine(),
        file,
        "--attest",
        "a statement appears whole or not at all, which a pipe cannot do");
    if (targets.size() > 1) {
      throw usage("--attest names one file: convert one checkpoint at a time with it");
    }
    if (Options.isSet(dryRun)) {
      throw usage("--attest has digests of what was written, and --dry-run writes nothing");
    }
  }

  private ExitCode runAll(ConvertWork work, List<ConvertTarget> targets, WriteOptions how)
      throws IOException {
    if (!isForProgram()) {
      return runAll(work, targets, how, members -> {});
    }
    if (targets.size() == 1) {
      return runAll(work, targets, how, members -> Json.print(terminal, members));
    }
    try (Json.Objects objects = new Json.Objects(terminal)) {
      return runAll(work, targets, how, objects::add);
    }
  }

  /** Receives the JSON objects to print. */
  @FunctionalInterface
  private interface Objects {
    void add(Json.Members members) throws IOException;
  }

  /** Converts one input after the other; a failure does not stop the others. */
  private ExitCode runAll(
      ConvertWork work, List<ConvertTarget> targets, WriteOptions how, Objects objects)
      throws IOException {
    ConvertedFiles converted = ConvertedFiles.of(targets);
    ExitCode code = ExitCode.DONE;
    for (ConvertTarget target : targets) {
      try {
        if (targets.size() > 1 && target.upload() == null) {
          converted.check(target, maxShardSize.getValue() != null);
        }
        run(work, target, how, objects);
        if (target.upload() == null) {
          converted.add(target);
        }
      } catch (CheckpointException | IOException | UncheckedIOException e) {
        Failure failure = failure(e);
        code = code.or(tell(failure));
        objects.add(ConvertJson.failure(target.input().name(), target.outputName(), failure));
      }
    }
    return code;
  }

  private void run(ConvertWork work, ConvertTarget target, WriteOptions how, Objects objects)
      throws CheckpointException, IOException {
    Path output = target.output();
    long start = System.nanoTime();
    target.refuseFolder();
    if (out.getValue() == null) {
      target.refuseSecondInput();
    }
    Location.Address address = target.upload();
    ConvertWork.Converted converted =
        Options.isSet(dryRun)
            ? work.preview(target, options(output))
            : work.convert(target, options(output));
    ConversionResult outcome = converted.outcome();
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    ConvertReport.ConversionRun run = conversionRun(target, converted.member(), elapsed, how);
    OutputNames names = new OutputNames(address == null ? "" : address.name().text());
    Json.Members done = ConvertJson.done(target.input().name(), output, names, outcome, run);
    objects.add(json -> {
      done.writeTo(json);
      if (address != null) {
        json.name("already_there").value(converted.wasThere());
      }
    });
    if (!isForProgram() && !isQuiet()) {
      if (converted.wasThere()) {
        terminal.line(
            target.outputName()
                + ": is there already, made of the same input with the same options");
      } else {
        print(output, names, outcome, run);
      }
    }
  }

  /** The options that change the output. */
  private List<String> shaping() {
    List<String> shaping = new ArrayList<>(ContentOptions.given(commandLine().getParseResult()));
    Options.textsOf(metadata).forEach(text -> shaping.add("metadata " + text));
    String size = maxShardSize.getValue();
    shaping.add("shards " + (size == null ? "" : size));
    return shaping;
  }

  private ConvertReport.ConversionRun conversionRun(
      ConvertTarget target, String member, Duration elapsed, WriteOptions how) {
    return new ConvertReport.ConversionRun(
        elapsed,
        Options.isSet(dryRun),
        Options.isSet(verify),
        how.sidecar(),
        how.statement() == null ? null : how.statement().file(),
        ContentOptions.given(commandLine().getParseResult()),
        member,
        target.isNamed() ? null : target.input().name());
  }

  private void print(
      Path output, OutputNames names, ConversionResult outcome, ConvertReport.ConversionRun run) {
    ConvertReport report = new ConvertReport(output, names, outcome, run);
    if (Options.isSet(dryRun)) {
      terminal.lines(report.table(terminal.tableWidth()));
    }
    report.summary().forEach(line -> print(terminal, line));
  }

  /** Prints a line; the word before the colon decides its colour. */
  private static void print(Terminal terminal, String line) {
    Colour colour = ConvertReport.colour(line);
    int end = colour == null ? 0 : line.indexOf(':');
    if (colour == null || end < 0) {
      terminal.line(line);
    } else {
      terminal.line(line.substring(0, end), colour, line.substring(end));
    }
  }

  private WriteOptions writeOptions() throws MalformedException, IOException {
    WriteOptions how =
        WriteOptions.STANDARD
            .withIfExists(Options.isSet(overwrite) ? IfExists.REPLACE : IfExists.REFUSE)
            .withDurability(Options.isSet(fsync) ? Durability.SYNCED : Durability.WRITTEN);
    if (Options.isSet(verify)) {
      how = how.withCheck(new OutputVerifier());
    }
    Path claims = attest.getValue();
    if (claims != null) {
      how = how.withStatement(claims, statement.attestation());
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
    Map<String, String> texts = metadataByKey();
    Set<String> removed = new TreeSet<>();
    texts.forEach((key, value) -> {
      if (value.isEmpty()) {
        removed.add(key);
      }
    });
    texts.keySet().removeAll(removed);
    ConvertOptions options = content.options(spec()).withMetadata(texts).withoutMetadata(removed);
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
