package dev.pt2st.cli.report.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Colour;
import dev.pt2st.cli.terminal.Printable;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text report: the worst files first, and a summary line at the end. */
public final class ScanText implements ScanReport {
  private static final int VERDICT_WIDTH = 12;

  /** How many characters are printed at once. */
  private static final int PIECE = 1 << 16;

  /** The maximum number of characters shown of the name of a gone finding. */
  private static final int LONGEST_NAME = 400;

  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final boolean quiet;
  private final Map<Verdict, SpillingQueue<String>> spools = new EnumMap<>(Verdict.class);

  private final SpillingQueue<String> gone = SpillingQueue.ofLines();

  public ScanText(Terminal terminal, ScanRun run) {
    this.terminal = terminal;
    this.quiet = run.choice().quiet();
    for (Verdict verdict : Verdict.values()) {
      spools.put(verdict, SpillingQueue.ofLines());
    }
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    FileReport report = file.report();
    if (quiet && report.verdict().isGood()) {
      return;
    }
    SpillingQueue<String> spool = spools.get(report.verdict());
    if (spool == null) {
      throw new IllegalStateException(report.verdict().shown());
    }
    String kind = report.kind().isEmpty() ? "" : " (" + report.kind() + ")";
    spool.add(
        terminal.coloured(
                Table.padded(report.verdict().shown(), VERDICT_WIDTH), colour(report.verdict()))
            + Printable.escape("  " + report.file() + kind));
    if (file.sha256() != null) {
      line(
          spool, INDENT + "sha256 " + file.sha256() + (file.stated() ? ", as the Hub states" : ""));
    }
    addFindings(spool, report.findings());
    for (AcceptedFinding accepted : report.accepted()) {
      add(spool, accepted.finding(), accepted.acceptance());
    }
    if (report.notListed() > 0) {
      line(spool, INDENT + "and " + Units.count(report.notListed(), "more finding"));
    }
  }

  /**
   * Adds the findings. A damaged archive can have any number of entries of no known format, which
   * take one line together.
   */
  private static void addFindings(SpillingQueue<String> spool, List<Finding> findings)
      throws IOException {
    Map<String, Long> alike =
        findings.stream()
            .filter(ScanText::isUnrecognized)
            .collect(Collectors.groupingBy(Finding::message, Collectors.counting()));
    for (Finding finding : findings) {
      Long count = isUnrecognized(finding) ? alike.remove(finding.message()) : Long.valueOf(1);
      if (count == null) {
        continue; // counted in the line of the first one
      }
      if (count == 1) {
        add(spool, finding, null);
      } else {
        line(
            spool,
            INDENT
                + Units.count(count, "part")
                + ", the first "
                + place(finding.place())
                + ": "
                + finding.message());
      }
    }
  }

  private static boolean isUnrecognized(Finding finding) {
    return finding.rule() == Rule.UNRECOGNIZED_BYTES && !place(finding.place()).isEmpty();
  }

  private static Colour colour(Verdict verdict) {
    return switch (verdict) {
      case DANGEROUS -> Colour.ALARM;
      case MALFORMED -> Colour.BAD;
      case UNKNOWN, UNREADABLE -> Colour.UNSURE;
      case UNRECOGNIZED, ACCEPTED -> Colour.NOTED;
      case SAFE -> Colour.GOOD;
      case NO_PICKLE -> Colour.FAINT;
    };
  }

  private static void line(SpillingQueue<String> spool, String line) throws IOException {
    spool.add(Printable.escape(line));
  }

  private static void add(
      SpillingQueue<String> spool, Finding finding, @Nullable Acceptance acceptance)
      throws IOException {
    TracedGlobal global = finding.global();
    String place = place(finding.place());
    if (global == null) {
      line(spool, INDENT + (place.isEmpty() ? "" : place + ": ") + finding.message());
      if (acceptance != null) {
        line(spool, INDENT + INDENT + Acceptances.reason(acceptance));
      }
      return;
    }
    String name = global.name().shown();
    line(spool, INDENT + place + ": " + name);
    String more = INDENT + INDENT;
    if (!global.written().equals(global.name())) {
      line(spool, more + "written " + global.written().shown());
    }
    String use = global.use().word();
    if (global.use() == GlobalUse.NAMED) {
      line(spool, more + "only named, by " + global.opcode());
    }
    for (TracedGlobal.TracedCall call : global.calls()) {
      line(
          spool,
          more
              + use
              + " at byte "
              + call.offset()
              + " by "
              + call.opcode()
              + ": "
              + name
              + call.arguments());
    }
    if (finding.rule() == Rule.DANGEROUS_GLOBAL) {
      line(spool, more + FindingWords.ability(finding, global));
    }
    if (acceptance != null) {
      line(spool, more + Acceptances.reason(acceptance));
    } else if (finding.rule() == Rule.UNKNOWN_GLOBAL) {
      line(
          spool,
          more
              + "not on the list; if you know that it is data: --allow "
              + Failure.quoted(global.name().toString()));
    }
  }

  private static String place(Place place) {
    String entry = place.entry();
    String offset = place.offset() < 0 ? "" : "byte " + place.offset();
    if (entry == null) {
      return offset;
    }
    return offset.isEmpty() ? entry : entry + ", " + offset;
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    String place = finding.path() + (finding.entry().isEmpty() ? "" : ", " + finding.entry());
    line(
        gone,
        Table.padded("gone", VERDICT_WIDTH)
            + "  "
            + place
            + ": "
            + Table.cut(finding.name(), LONGEST_NAME));
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      SpillingQueue<String> spool = spools.get(verdict);
      if (spool != null) {
        print(spool);
      }
    }
    print(gone);
    terminal.line(summary.line());
  }

  private void print(SpillingQueue<String> spool) throws IOException {
    StringBuilder piece = new StringBuilder();
    Supplier<@Nullable String> lines = spool.each();
    for (String line = lines.get(); line != null; line = lines.get()) {
      piece.append(line).append('\n');
      if (piece.length() >= PIECE) {
        terminal.raw(piece.toString());
        piece.setLength(0);
      }
    }
    terminal.raw(piece.toString());
  }

  @Override
  public void close() throws IOException {
    for (SpillingQueue<String> spool : spools.values()) {
      spool.close();
    }
    gone.close();
  }
}
