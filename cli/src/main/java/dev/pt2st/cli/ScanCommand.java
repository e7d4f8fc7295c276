package dev.pt2st.cli;

import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.option.LimitOptions;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.option.ScanReportOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.ReportFiles;
import dev.pt2st.cli.report.scan.BaselineReader;
import dev.pt2st.cli.report.scan.Comparison;
import dev.pt2st.cli.report.scan.FindingIdentity;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScanFormat;
import dev.pt2st.cli.report.scan.ScanProgress;
import dev.pt2st.cli.report.scan.ScanReport;
import dev.pt2st.cli.report.scan.ScanReports;
import dev.pt2st.cli.report.scan.ScanRun;
import dev.pt2st.cli.report.scan.ScanSummary;
import dev.pt2st.cli.report.scan.ScannedFile;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.work.FileWalk;
import dev.pt2st.cli.work.ScanWork;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.work.OrderedTasks;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code pt2st scan PATH...}. */
final class ScanCommand extends Command {
  private final PositionalParamSpec paths =
      Options.words(
          "PATH",
          "Files, directories (every file in them, whatever its name), patterns such as"
              + " 'models/**.pt', addresses (hf://org/model, s3://bucket/folder,"
              + " https://host/file), or - for a list of all these on standard input.");

  private final OptionSpec format =
      Options.choice(
          "--format",
          ScanFormat.class,
          "What is printed: text for people (the default), json, sarif (2.1.0) for code scanning, html,"
              + " a self-contained page for people, or markdown, for the summary of"
              + " a job.");

  private final OptionSpec output =
      Options.path(
          "FILE",
          "Write the report to FILE, which gets its name only when it is complete, and print the"
              + " summary line only.",
          "--output");

  private final OptionSpec also =
      Options.texts(
          "--also",
          "FORMAT=FILE",
          "Write the report in another format too, such as sarif=scan.sarif. May be repeated.");

  private final OptionSpec jobs = Options.jobs();

  private final ScanReportOptions options = new ScanReportOptions();

  private final RemoteOptions remote = new RemoteOptions();

  private static final Map<String, ScanFormat> FORMATS =
      Arrays.stream(ScanFormat.values())
          .collect(
              Collectors.toMap(format -> format.name().toLowerCase(Locale.ROOT), format -> format));

  ScanCommand(Terminal terminal) {
    super(
        terminal,
        "scan",
        "Check whether everything in files is known to be data. Nothing in them is run.");
    add(paths, format, output, also, jobs);
    options.addTo(spec());
    remote.addTo(spec());
    Options.addCommon(spec());
    LimitOptions.addTo(spec());
  }

  @Override
  ExitCode run() throws IOException {
    Bounds bounds = remote.bounds(spec());
    int threads = threads(bounds);
    for (String word : paths.<List<String>>getValue()) {
      Options.checkNotEmpty(commandLine(), word, "PATH");
    }
    Path target = target();
    Map<Path, ScanFormat> further = further(target);
    ReportBase base = options.base(spec());
    ScanRun run = options.run(spec(), shown(paths.getValue()), System.getenv());
    Path earlier = options.baseline();
    Comparison comparison =
        earlier == null ? null : new Comparison(BaselineReader.read(earlier), base);
    try (Inputs inputs = new Inputs(bounds, terminal, run.choice().quiet())) {
      return scan(inputs, target, further, run, base, threads, comparison);
    }
  }

  /** The number of threads. Threads that wait for a network do not use a processor. */
  private int threads(Bounds bounds) {
    int threads = Options.jobsOf(commandLine(), jobs);
    boolean asked = jobs.getValue() != null;
    return !asked && paths.<List<String>>getValue().stream().anyMatch(Location::isAddress)
        ? Math.max(threads, bounds.connections())
        : threads;
  }

  /** The words as a report may show them. */
  private static List<String> shown(List<String> words) {
    return words.stream()
        .map(word -> Location.isAddress(word) ? Location.of(word).name().text() : word)
        .toList();
  }

  private ExitCode scan(
      Inputs inputs,
      @Nullable Path target,
      Map<Path, ScanFormat> further,
      ScanRun run,
      ReportBase base,
      int threads,
      @Nullable Comparison comparison)
      throws IOException {
    try (ReportFiles files = new ReportFiles()) {
      Terminal to = target == null ? terminal : terminal.withOut(files.open(target));
      List<ScanReport> reports = new ArrayList<>();
      reports.add(format.<ScanFormat>getValue().open(to, run, base));
      for (Map.Entry<Path, ScanFormat> file : further.entrySet()) {
        PrintStream out = files.open(file.getKey());
        reports.add(file.getValue().open(terminal.withOut(out), run, base));
      }
      Ended ended = scan(to, inputs, new ScanReports(reports), run, base, threads, comparison);
      files.commit();
      if (target != null) {
        terminal.line(ended.summary.line());
      }
      return ended.code;
    }
  }

  /**
   * The further reports by target. No target may occur twice or overwrite anything that this scan
   * reads.
   */
  private Map<Path, ScanFormat> further(@Nullable Path target) throws IOException {
    Map<Path, ScanFormat> further = new LinkedHashMap<>();
    for (String word : Options.textsOf(also)) {
      int at = word.indexOf('=');
      ScanFormat format = at < 0 ? null : FORMATS.get(word.substring(0, at));
      if (format == null || at == word.length() - 1) {
        throw usage("--also needs a format and a file, such as sarif=scan.sarif, and not " + word);
      }
      Path file = path(word.substring(at + 1));
      checkTarget(file, "--also");
      if (file.equals(target) || further.put(file, format) != null) {
        throw usage("two reports would go to " + file + "; name another file");
      }
    }
    return further;
  }

  private Path path(String name) {
    try {
      return Options.onDisk(name);
    } catch (TypeConversionException e) {
      throw usage("--also: " + e.getMessage());
    }
  }

  /** The target of the report, which must not overwrite anything that this scan reads. */
  private @Nullable Path target() throws IOException {
    Path target = output.getValue();
    if (target != null) {
      checkTarget(target, "--output");
    }
    return target;
  }

  private void checkTarget(Path target, String option) throws IOException {
    Options.checkName(
        commandLine(),
        target,
        option,
        "a report appears whole or not at all, which a pipe cannot do");
    List<String> read = new ArrayList<>(paths.<List<String>>getValue());
    Path baseline = options.baseline();
    if (baseline != null) {
      read.add(baseline.toString());
    }
    for (String name : read) {
      if (isSame(name, target)) {
        throw usage(
            option + " would replace " + name + ", which the scan reads; name another file");
      }
    }
  }

  private static boolean isSame(String name, Path target) throws IOException {
    try {
      Path path = Path.of(name);
      return Files.isRegularFile(path) && Files.exists(target) && Files.isSameFile(path, target);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The result of a scan. */
  private record Ended(ExitCode code, ScanSummary summary) {}

  private Ended scan(
      Terminal to,
      Inputs inputs,
      ScanReport reports,
      ScanRun run,
      ReportBase base,
      int threads,
      @Nullable Comparison comparison)
      throws IOException {
    Selection selection = options.selection();
    ScanSummary summary = new ScanSummary();
    try (FileWalk walk =
            new FileWalk(
                paths.<List<String>>getValue(),
                inputs,
                System.in,
                Charset.defaultCharset(),
                selection.equals(Selection.ALL)
                    ? null
                    : name -> selection.includes(name) && !selection.excludes(name));
        ScanReport report = reports) {
      try (ScanProgress progress = new ScanProgress(to, isQuietMeanwhile(to))) {
        FileScanner scanner = new FileScanner(run.rules(), progress);
        ScanWork work = new ScanWork(inputs, scanner, base, run.choice().digest());
        OrderedTasks.run(
            threads, walk::next, work::on, file -> add(file, report, summary, comparison));
      }
      summary.setLeftOut(walk.leftOut());
      if (comparison != null) {
        for (FindingIdentity gone : comparison.gone()) {
          summary.addGone();
          report.addGone(gone);
        }
        summary.addNotCompared(comparison.notCompared());
      }
      inputs.tellTraffic(
          (requests, received) -> summary.setNetwork(new ScanSummary.Network(requests, received)));
      ExitCode code = summary.code(run.choice().failOn());
      if (summary.hasOnlyLeftOut()) {
        // An unattended run must report a wrong pattern.
        to.note("nothing was scanned: --include and --exclude leave out every file");
        code = ExitCode.FAILED;
      } else if (summary.files() == 0 && comparison == null) {
        // A list of changed files may be empty, which is not an error.
        to.note("nothing was scanned: no file was named");
      }
      report.end(summary, code);
      return new Ended(code, summary);
    }
  }

  private static void add(
      ScannedFile file, ScanReport report, ScanSummary summary, @Nullable Comparison comparison) {
    ScannedFile shown = comparison == null ? file : comparison.newOf(file);
    if (shown == null) {
      summary.addKnown();
      return;
    }
    summary.add(shown.report());
    if (comparison != null && shown.report().verdict().isGood()) {
      return; // nothing is new
    }
    try {
      report.add(shown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing is printed during the scan that a progress line would interrupt. */
  private boolean isQuietMeanwhile(Terminal to) {
    return !to.outIsTerminal()
        || switch (format.<ScanFormat>getValue()) {
          case TEXT, HTML, MARKDOWN -> true; // these print at the end
          case JSON, SARIF -> false;
        };
  }
}
