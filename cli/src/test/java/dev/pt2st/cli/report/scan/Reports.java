package dev.pt2st.cli.report.scan;

import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.scan.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Reports of made-up files. */
final class Reports {
  static final ReportBase BASE = new ReportBase(Path.of(""));

  private Reports() {}

  static ScanRun run() {
    return run(Policy.STANDARD, false);
  }

  static ScanRun run(Policy policy, boolean digest) {
    return new ScanRun(
        Instant.parse("2026-01-02T03:04:05Z"),
        List.of("models"),
        new ScanOptions(
            ReadOptions.STANDARD.withPolicy(policy).withLimits(Limits.STANDARD), TensorBytes.SKIP),
        new ScanRun.Choice(
            Verdict.UNKNOWN, List.of(), List.of(), List.of(), null, "", null, false, digest),
        List.of());
  }

  /** A file with one finding, which is about no global. */
  static ScannedFile file(String name, Rule rule, String message) {
    ResourceName file = new ResourceName(name);
    return file(name, new Finding(rule, Place.of(file), message, null));
  }

  static ScannedFile file(String name, Finding... findings) {
    return file(name, 0, findings);
  }

  static ScannedFile file(String name, long notListed, Finding... findings) {
    ResourceName file = new ResourceName(name);
    Verdict verdict = Verdict.SAFE;
    for (Finding finding : findings) {
      verdict = verdict.worse(finding.rule().verdict());
    }
    FileReport report =
        new FileReport(file, verdict, "", 1, List.of(findings), notListed, List.of());
    return new ScannedFile(report, name, null, false);
  }

  /** Makes a report. */
  @FunctionalInterface
  interface Maker {
    ScanReport on(Terminal terminal) throws IOException;
  }

  /** What a report of some files prints, and then on stderr. */
  static List<String> printed(Maker maker, ScannedFile... files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = new Terminal(stream(out), stream(err), false, false, 80);
    ScanSummary summary = new ScanSummary();
    try (ScanReport report = maker.on(terminal)) {
      for (ScannedFile file : files) {
        summary.add(file.report());
        report.add(file);
      }
      report.end(summary, summary.code(Verdict.UNKNOWN));
    } catch (Exception e) {
      throw e instanceof IOException io ? io : new IOException(ExitCode.FAILED.meaning(), e);
    }
    terminal.flush();
    return List.of(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }
}
