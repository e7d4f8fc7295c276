package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ConvertOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pt2st convert IN OUT}. */
@Command(
    name = "convert",
    description = "Convert a PyTorch checkpoint to a safetensors file, without running it.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ConvertCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "The checkpoint.")
  private Path input;

  @Parameters(index = "1", paramLabel = "OUT", description = "The safetensors file to write.")
  private Path output;

  @Option(
      names = "--root",
      paramLabel = "PATH",
      defaultValue = "auto",
      description =
          "What to convert: auto (the model's tensors, the default), all (everything), or the path"
              + " of a part, such as ema.state_dict.")
  private String root;

  @Option(
      names = "--shared",
      defaultValue = "keep",
      paramLabel = "keep|drop",
      description =
          "Tensors that share storage: keep (write each in full, the default) or drop (one stays,"
              + " the metadata name the others).")
  private Shared shared;

  @Option(
      names = "--unsupported",
      defaultValue = "refuse",
      paramLabel = "refuse|skip",
      description =
          "Tensors that safetensors cannot hold: refuse (the default) or skip (leave them out).")
  private Unsupported unsupported;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "A text for the file's __metadata__. May be repeated.")
  private List<String> metadata = new ArrayList<>();

  @Option(names = "--overwrite", description = "Replace an existing output.")
  private boolean overwrite;

  @Option(
      names = "--dry-run",
      description = "Only print what would be written, as a table; write nothing.")
  private boolean dryRun;

  @Option(
      names = "--fsync",
      description = "Make the output durable on the disk before it gets its name.")
  private boolean fsync;

  @Option(names = "--no-crc", description = "Do not check the CRC-32 of the records that are read.")
  private boolean noCrc;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print nothing but errors.")
  private boolean quiet;

  @Option(names = "--json", description = "Print one JSON object with the report instead.")
  private boolean json;

  @Mixin private PolicyOptions policy;

  enum Shared {
    keep,
    drop
  }

  enum Unsupported {
    refuse,
    skip
  }

  ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    checkName(input, "IN", "a checkpoint is read at many places, which a pipe cannot do");
    checkName(output, "OUT", "an output appears whole or not at all, which a pipe cannot do");
    try {
      run();
      return ExitCode.DONE.code();
    } catch (CheckpointException e) {
      return fail(Failure.of(e));
    } catch (IOException e) {
      return fail(Failure.of(e));
    }
  }

  private void checkName(Path path, String name, String whyNotDash) {
    if (path.toString().isEmpty()) {
      throw usage(name + " is empty; name a file");
    }
    if (path.toString().equals("-")) {
      throw usage(name + " cannot be \"-\": " + whyNotDash + "; name a file");
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private int fail(Failure failure) {
    failure.print(terminal);
    if (json) {
      terminal.raw(ConvertReport.json(input, output, failure));
    }
    return failure.code().code();
  }

  private void run() throws CheckpointException, IOException {
    ConvertOptions options = options();
    long start = System.nanoTime();
    Plan plan;
    if (dryRun) {
      Converter.checkOutput(input, output, options);
      plan = Converter.plan(input, options);
    } else {
      try (CopyProgress progress =
          new CopyProgress(terminal, String.valueOf(input.getFileName()), !quiet && !json)) {
        plan = Converter.convert(input, output, options, progress);
      }
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    ConvertReport report = new ConvertReport(input, output, plan, elapsed, dryRun);
    if (json) {
      terminal.raw(report.json());
    } else if (!quiet) {
      if (dryRun) {
        report.table(terminal.tableWidth()).forEach(terminal::line);
      }
      report.summary().forEach(terminal::line);
    }
  }

  private ConvertOptions options() {
    return ConvertOptions.STANDARD
        .withPolicy(policy.policy())
        .withLimits(LimitOptions.of(spec.commandLine().getParseResult()))
        .withRoot(root)
        .withShared(
            switch (shared) {
              case keep -> ConvertOptions.Shared.KEEP;
              case drop -> ConvertOptions.Shared.DROP;
            })
        .withUnsupported(
            switch (unsupported) {
              case refuse -> ConvertOptions.Unsupported.REFUSE;
              case skip -> ConvertOptions.Unsupported.SKIP;
            })
        .withMetadata(metadataByKey())
        .withCheckCrc(!noCrc)
        .withOverwrite(overwrite)
        .withDurable(fsync);
  }

  private Map<String, String> metadataByKey() {
    Map<String, String> byKey = new LinkedHashMap<>();
    for (String text : metadata) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw usage("--metadata takes KEY=VALUE, not \"" + text + "\"");
      }
      if (byKey.put(text.substring(0, equals), text.substring(equals + 1)) != null) {
        throw usage("--metadata has the key \"" + text.substring(0, equals) + "\" twice");
      }
    }
    return byKey;
  }
}
