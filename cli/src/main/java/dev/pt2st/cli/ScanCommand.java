package dev.pt2st.cli;

import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.PolicyOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.ScanJson;
import dev.pt2st.cli.report.ScanReport;
import dev.pt2st.cli.report.ScanSarif;
import dev.pt2st.cli.report.ScanSummary;
import dev.pt2st.cli.report.ScanText;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.InOrder;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st scan PATH...}. */
final class ScanCommand extends Command {
  private final PositionalParamSpec paths =
      PositionalParamSpec.builder()
          .index("0..*")
          .arity("1..*")
          .required(true)
          .type(List.class)
          .auxiliaryTypes(String.class)
          .paramLabel("PATH")
          .description(
              "Files, directories (every file in them, whatever its name), patterns such as"
                  + " 'models/**.pt', or - for a list of paths on standard input.")
          .build();

  private final OptionSpec format =
      Options.choice(
          "--format",
          Format.class,
          "What is printed: text for people (the default), json, or sarif (2.1.0) for code"
              + " scanning.");

  private final OptionSpec failOn =
      Options.choice(
          "--fail-on",
          List.of(Verdict.UNKNOWN, Verdict.UNRECOGNIZED, Verdict.MALFORMED, Verdict.DANGEROUS),
          "The verdict from which on the exit code is 3: unknown (the default), malformed or"
              + " dangerous; or unrecognized, which is less than unknown.");

  private final OptionSpec full =
      Options.flag(
          "Read tensor data too: check the CRC-32 of every record and look into storages.",
          "--full");

  private final OptionSpec quiet =
      Options.flag("Print only files that are not safe.", "-q", "--quiet");

  private final PolicyOptions policy = new PolicyOptions();

  /** How a report is printed. */
  private enum Format {
    TEXT,
    JSON,
    SARIF
  }

  ScanCommand(Terminal terminal) {
    super(
        terminal,
        "scan",
        "Tell whether everything in files is known to be data, without running anything.");
    add(paths, format, failOn, full, quiet);
    policy.addListsTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  @Override
  ExitCode run() throws IOException {
    ScanOptions options =
        new ScanOptions(
            policy.readOptions(spec()), Options.isSet(full) ? TensorBytes.READ : TensorBytes.SKIP);
    FileScanner scanner = new FileScanner(options);
    ScanSummary summary = new ScanSummary();
    try (FileWalk walk =
            new FileWalk(paths.<List<String>>getValue(), System.in, Charset.defaultCharset());
        ScanReport report = report()) {
      InOrder.run(
          Runtime.getRuntime().availableProcessors(),
          walk::next,
          found -> scan(scanner, found),
          result -> {
            summary.add(result);
            try {
              report.add(result);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      ExitCode code = summary.code(failOn.getValue());
      report.end(summary, code);
      return code;
    }
  }

  private static FileReport scan(FileScanner scanner, FileWalk.Found found) {
    String problem = found.problem();
    if (problem != null) {
      return FileScanner.unreadable(found.path(), problem);
    }
    try {
      return scanner.scan(found.path());
    } catch (RuntimeException | StackOverflowError e) {
      // A mistake of ours with one file is no reason to say nothing of the others.
      return FileScanner.unreadable(found.path(), "internal error, please report it: " + e);
    }
  }

  private ScanReport report() throws IOException {
    boolean silent = Options.isSet(quiet);
    return switch (format.<Format>getValue()) {
      case TEXT -> new ScanText(terminal, silent);
      case JSON -> new ScanJson(terminal, silent);
      case SARIF -> new ScanSarif(terminal, Path.of(""));
    };
  }
}
