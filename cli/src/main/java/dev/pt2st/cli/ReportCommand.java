package dev.pt2st.cli;

import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.option.BaseOption;
import dev.pt2st.cli.option.Options;
import dev.pt2st.cli.option.RemoteOptions;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.ReportFiles;
import dev.pt2st.cli.report.results.MergedResults;
import dev.pt2st.cli.report.results.ResultsReport;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScanFormat;
import dev.pt2st.cli.report.scan.ScanReport;
import dev.pt2st.cli.report.scan.ScanRun;
import dev.pt2st.cli.report.scan.ScanSummary;
import dev.pt2st.cli.report.scan.ScannedFile;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.Verdict;
import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitOptions;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitPlan;
import dev.pt2st.units.UnitResult;
import dev.pt2st.units.UnitTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code pt2st report RESULTS...}. */
final class ReportCommand extends Command {
  private final PositionalParamSpec results =
      Options.words(
          "RESULTS",
          "Where run has kept results: directories, addresses (s3://bucket/folder), or single"
              + " files that end in .jsonl.");

  private final OptionSpec units =
      OptionSpec.builder("--units")
          .type(String.class)
          .paramLabel("FILE")
          .description(
              "Report the units of this plan and no others, and how many have no result yet.")
          .build();

  private final OptionSpec format =
      Options.choice(
          "--format",
          ScanFormat.class,
          "What is printed: text (the default) or json; of scans also sarif, html or markdown.");

  private final OptionSpec output =
      Options.path(
          "FILE",
          "Write the report to FILE, which gets its name only when it is complete.",
          "--output");

  private final OptionSpec failOn =
      Options.choice(
          "--fail-on",
          List.of(Verdict.UNKNOWN, Verdict.UNRECOGNIZED, Verdict.MALFORMED, Verdict.DANGEROUS),
          "The verdict of a scan from which on the exit code is 3: unknown (the default), malformed"
              + " or dangerous; or unrecognized, which is less than unknown.");

  private final BaseOption base =
      new BaseOption(
          "The directory to which the URIs of sarif and the names in a baseline are relative."
              + " Default: the current one.");

  private final OptionSpec quiet = Options.flag("Print only what is wrong.", "-q", "--quiet");

  private final RemoteOptions remote = new RemoteOptions();

  ReportCommand(Terminal terminal) {
    super(
        terminal,
        "report",
        "Merge what many runs have kept into one report, the worst first: of scans the same as that"
            + " of scan.");
    add(results, units, format, output, failOn, base.spec(), quiet);
    remote.addTo(spec());
    Options.addCommon(spec());
  }

  @Override
  ExitCode run() throws IOException {
    Bounds bounds = remote.bounds(spec());
    ReportBase from = base.value(spec());
    Path target = output.getValue();
    if (target != null) {
      Options.checkName(commandLine(), target, "--output", "a report appears whole or not at all");
    }
    try (ReportFiles files = new ReportFiles();
        Inputs inputs = new Inputs(bounds, terminal, Options.isSet(quiet))) {
      Terminal to = target == null ? terminal : terminal.withOut(files.open(target));
      ExitCode code = run(to, inputs, from);
      to.flush();
      files.commit();
      return code;
    }
  }

  private ExitCode run(Terminal to, Inputs inputs, ReportBase from) throws IOException {
    String plan = units.getValue();
    if (plan == null) {
      return run(to, inputs, from, null);
    }
    try (OpenInput open = inputs.open(Location.of(plan));
        UnitPlan known = UnitPlan.open(open.input())) {
      return run(to, inputs, from, known);
    }
  }

  private ExitCode run(Terminal to, Inputs inputs, ReportBase from, @Nullable UnitPlan plan)
      throws IOException {
    List<String> words = results.getValue();
    List<ResultsFolder> folders =
        words.stream().map(word -> new ResultsFolder(word, inputs.stores())).toList();
    try (MergedResults merged = MergedResults.of(folders, plan, Version.number())) {
      if (merged.size() == 0) {
        terminal.note("pt2st: there is no result");
        return ExitCode.FAILED;
      }
      check(merged, plan != null);
      boolean isScan = merged.tasks().contains(UnitTask.SCAN);
      ExitCode code = isScan ? scan(to, merged, from) : other(to, merged);
      to.flush();
      return say(merged, code);
    }
  }

  /**
   * Checks that the results are of one task, with the same options, and of one version of each
   * file.
   */
  private void check(MergedResults merged, boolean isPlanned) {
    if (merged.tasks().size() > 1 && merged.tasks().contains(UnitTask.SCAN)) {
      throw usage("there are results of scans and of other tasks; name the plan with --units");
    }
    if (isPlanned) {
      if (merged.optionsCount() > 1 && merged.tasks().contains(UnitTask.SCAN)) {
        throw usage("the plan has units of different options or policies: plan them apart");
      }
      return;
    }
    if (merged.optionsCount() > 1 || merged.severalVersions() > 0) {
      throw usage(
          "there are results of several plans: of other options, or of files that have changed"
              + " between them; name the plan with --units");
    }
  }

  private ExitCode say(MergedResults merged, ExitCode code) {
    if (merged.again() > 0) {
      terminal.note(
          "pt2st: " + Units.count(merged.again(), "file") + " failed; run tries them again");
    }
    if (merged.changed() > 0) {
      terminal.note(
          "pt2st: "
              + Units.count(merged.changed(), "file")
              + " changed since the plan was made; plan them again");
    }
    if (merged.missing() > 0) {
      terminal.note(
          "pt2st: " + Units.count(merged.missing(), "unit") + " of the plan without a result");
      return code.or(ExitCode.FAILED);
    }
    return code;
  }

  private ExitCode other(Terminal to, MergedResults merged) throws IOException {
    ResultsReport report = new ResultsReport(merged);
    return switch (format.<ScanFormat>getValue()) {
      case TEXT -> report.print(to, Options.isSet(quiet));
      case JSON -> report.printJson(to, Version.number());
      case SARIF, HTML, MARKDOWN ->
          throw usage("--format is text or json, unless the results are those of scans");
    };
  }

  private ExitCode scan(Terminal to, MergedResults merged, ReportBase from) throws IOException {
    UnitOptions[] options = new UnitOptions[1];
    merged.each(result -> options[0] = result.options());
    ScanSummary summary = new ScanSummary();
    ScanRun run = scanRun(options[0]);
    try (ScanReport report = format.<ScanFormat>getValue().open(to, run, from)) {
      merged.each(result -> {
        FileReport file = report(result);
        summary.add(file);
        report.add(new ScannedFile(file, from.name(file.file()), null, false));
      });
      ExitCode code = summary.code(failOn.getValue());
      code = merged.missing() > 0 ? code.or(ExitCode.FAILED) : code;
      report.end(summary, code);
      return code;
    }
  }

  /** The report of a result. For a file that could not be scanned as planned, it says only that. */
  private static FileReport report(UnitResult result) {
    return switch (result.outcome()) {
      case Scanned scanned -> scanned.report();
      case Changed changed -> unreadable(result, changed.reason());
      case Failed failed -> unreadable(result, failed.reason());
      default -> throw new IllegalStateException(result.uri());
    };
  }

  private static FileReport unreadable(UnitResult result, String why) {
    return FileScanner.unreadable(Location.of(result.uri()).name(), why);
  }

  private ScanRun scanRun(UnitOptions options) {
    ScanRun.Choice choice =
        new ScanRun.Choice(
            failOn.getValue(),
            List.of(),
            List.of(),
            List.of(),
            null,
            base.shown(),
            null,
            Options.isSet(quiet),
            false);
    String plan = units.getValue();
    try {
      return new ScanRun(
          "report",
          ScanRun.time(terminal.environment(), InstantSource.system()),
          results.getValue(),
          options.scan(),
          choice,
          plan == null ? List.of() : List.of("--units=" + plan));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }
}
