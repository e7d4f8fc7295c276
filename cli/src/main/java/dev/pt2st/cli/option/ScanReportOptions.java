package dev.pt2st.cli.option;

import dev.pt2st.Limit;
import dev.pt2st.cli.report.RemedyText;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.cli.report.scan.ScanRun;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.scan.Verdict;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options for which files are scanned, by which rules, and what the report shows. */
public final class ScanReportOptions {
  private final OptionSpec failOn =
      Options.choice(
          "--fail-on",
          List.of(Verdict.UNKNOWN, Verdict.UNRECOGNIZED, Verdict.MALFORMED, Verdict.DANGEROUS),
          "The mildest verdict that gives exit code 3: unrecognized, unknown (the default),"
              + " malformed or dangerous.");

  private final OptionSpec full =
      Options.flag(
          "Read tensor data too: check the CRC-32 of every record and scan storages.", "--full");

  private final OptionSpec include =
      Options.texts(
          "--include",
          "GLOB",
          "Scan only files whose path below the directory that is named matches ('*.pt'). A * matches"
              + " slashes too. May be repeated.");

  private final OptionSpec exclude =
      Options.texts(
          "--exclude",
          "GLOB",
          "Leave out files whose path matches ('old/*'). The summary counts them, and nothing is"
              + " said about what is in them. May be repeated.");

  private final OptionSpec digest =
      Options.flag("Report the SHA-256 of each file. Reads each file once more.", "--digest");

  private final BaseOption base =
      new BaseOption(
          "The directory to which URIs in sarif and names in a baseline are relative."
              + " Default: the current one.");

  private final OptionSpec baseline =
      Options.path(
          "FILE",
          "An earlier report of --format json: report only what is new, and what has gone. The"
              + " exit code is that of what is new.",
          "--baseline");

  private final OptionSpec quiet =
      Options.flag("Print only files that are not safe.", "-q", "--quiet");

  private final PolicyOptions policy = new PolicyOptions();

  /** Adds the options, except those for what is accepted and the limits. */
  public void addTo(CommandSpec command) {
    List.of(failOn, full, include, exclude, digest, base.spec(), baseline, quiet)
        .forEach(command::addOption);
    policy.addListsTo(command);
  }

  /** Which files are scanned. */
  public Selection selection() {
    return Selection.of(Options.textsOf(include), Options.textsOf(exclude));
  }

  public @Nullable Path baseline() {
    return baseline.getValue();
  }

  /**
   * The folder to which names are relative.
   *
   * @throws ParameterException if it does not exist
   */
  public ReportBase base(CommandSpec command) {
    return base.value(command);
  }

  /**
   * The description of the scan for a report, after a command line was parsed.
   *
   * @param paths what is scanned
   * @throws ParameterException if an environment variable is invalid
   */
  public ScanRun run(CommandSpec command, List<String> paths, Map<String, String> environment) {
    ScanOptions rules =
        new ScanOptions(
            policy.readOptions(command), Options.isSet(full) ? TensorBytes.READ : TensorBytes.SKIP);
    Path earlier = baseline.getValue();
    ScanRun.Choice choice =
        new ScanRun.Choice(
            failOn.getValue(),
            Options.textsOf(include),
            Options.textsOf(exclude),
            policy.allowed(),
            policy.file(),
            base.shown(),
            earlier == null ? null : earlier.toString(),
            Options.isSet(quiet),
            Options.isSet(digest));
    try {
      return new ScanRun(
          ScanRun.time(environment, InstantSource.system()), paths, rules, choice, words(command));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The given options that verdicts depend on. */
  private static List<String> words(CommandSpec command) {
    Set<String> decisive = new HashSet<>(Set.of("--full", "--allow", "--policy"));
    for (Limit limit : Limit.values()) {
      decisive.add(RemedyText.option(limit));
    }
    return ContentOptions.given(command.commandLine().getParseResult(), decisive);
  }
}
