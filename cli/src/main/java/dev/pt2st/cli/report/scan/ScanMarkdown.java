package dev.pt2st.cli.report.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The report as Markdown, for a job summary or a comment: the summary and the findings of the worst
 * files. Its length is limited, as it is in such places.
 */
public final class ScanMarkdown implements ScanReport {
  /**
   * The maximum length in characters: GitHub accepts 1 MiB of UTF-8 for the summary of one step.
   */
  private static final int LONGEST = 250_000;

  private static final int FINDINGS_OF_A_FILE = 20;

  /** Separates the lines of a file within one item of the queue; it occurs in no text. */
  private static final char LINE = '\u0001';

  private final Terminal terminal;
  private final ScanRun run;
  private final Map<Verdict, SpillingQueue<String>> spools = new EnumMap<>(Verdict.class);
  private final SpillingQueue<String> gone = SpillingQueue.ofLines();

  public ScanMarkdown(Terminal terminal, ScanRun run) {
    this.terminal = terminal;
    this.run = run;
    for (Verdict verdict : Verdict.values()) {
      spools.put(verdict, SpillingQueue.ofLines());
    }
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    FileReport report = file.report();
    SpillingQueue<String> spool = spools.get(report.verdict());
    if (report.verdict().isGood() || spool == null) {
      return;
    }
    String kind = report.kind().isEmpty() ? "" : " (" + MarkdownText.of(report.kind()) + ")";
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "### " + report.verdict().shown() + ": " + MarkdownText.code(report.file().text()) + kind);
    lines.add("");
    if (file.sha256() != null) {
      lines.add("- sha256 `" + file.sha256() + "`");
    }
    List<String> findings = new ArrayList<>();
    report.findings().forEach(finding -> findings.add(line(finding, null)));
    for (AcceptedFinding accepted : report.accepted()) {
      findings.add(line(accepted.finding(), accepted.acceptance()));
    }
    int shown = Math.min(findings.size(), FINDINGS_OF_A_FILE);
    lines.addAll(findings.subList(0, shown));
    long more = findings.size() - shown + report.notListed();
    if (more > 0) {
      lines.add("- and " + Units.count(more, "more finding"));
    }
    spool.add(String.join(String.valueOf(LINE), lines));
  }

  private static String line(Finding finding, @Nullable Acceptance acceptance) {
    StringBuilder line = new StringBuilder("- ");
    TracedGlobal global = finding.global();
    if (global == null) {
      line.append(MarkdownText.of(finding.message()));
    } else {
      addGlobal(line, finding, global, acceptance);
    }
    String place = place(finding.place());
    line.append(place.isEmpty() ? "" : "; " + place);
    if (acceptance != null) {
      line.append("; ").append(MarkdownText.of(Acceptances.reason(acceptance)));
    }
    return line.toString();
  }

  private static void addGlobal(
      StringBuilder line, Finding finding, TracedGlobal global, @Nullable Acceptance acceptance) {
    String name = global.name().shown();
    line.append(MarkdownText.code(name)).append(", ");
    line.append(global.use() == GlobalUse.NAMED ? "only named" : global.use().word());
    if (!global.calls().isEmpty()) {
      line.append(": ").append(MarkdownText.code(name + global.calls().getFirst().arguments()));
    }
    if (finding.rule() == Rule.DANGEROUS_GLOBAL) {
      line.append("; ").append(MarkdownText.of(FindingWords.ability(finding, global)));
    } else if (finding.rule() == Rule.UNKNOWN_GLOBAL && acceptance == null) {
      line.append("; not on the list; if you know that it is data: ");
      line.append(MarkdownText.code("--allow " + Failure.quoted(global.name().toString())));
    }
  }

  private static String place(Place place) {
    String entry = place.entry() == null ? "" : "in " + MarkdownText.code(place.entry());
    String offset = place.offset() < 0 ? "" : "at byte " + place.offset();
    return entry + (entry.isEmpty() || offset.isEmpty() ? "" : ", ") + offset;
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    String entry = finding.entry().isEmpty() ? "" : ", " + MarkdownText.code(finding.entry());
    gone.add(
        "- "
            + MarkdownText.code(finding.path())
            + entry
            + ": "
            + MarkdownText.code(finding.name()));
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    terminal.line("## Scan of model files");
    terminal.line("");
    for (String sentence : SummaryWords.result(summary)) {
      terminal.line("**" + sentence + "**");
      terminal.line("");
    }
    terminal.line("| verdict | files |");
    terminal.line("|---|---:|");
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      if (verdict == ScanSummary.KNOWN_BEFORE && summary.known() > 0) {
        terminal.line("| as before | " + summary.known() + " |");
      }
      if (summary.count(verdict) > 0) {
        terminal.line("| " + verdict.shown() + " | " + summary.count(verdict) + " |");
      }
    }
    for (String further : summary.further()) {
      terminal.line("");
      terminal.line(further + ".");
    }
    int room = LONGEST;
    long notShown = 0;
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      SpillingQueue<String> spool = spools.get(verdict);
      Supplier<@Nullable String> files = spool == null ? () -> null : spool.each();
      for (String file = files.get(); file != null; file = files.get()) {
        room -= file.length();
        if (room < 0) {
          notShown++;
        } else {
          terminal.raw(file.replace(LINE, '\n') + "\n");
        }
      }
    }
    if (notShown > 0) {
      terminal.line("");
      terminal.line("And " + Units.count(notShown, "more file") + ", which other formats list.");
    }
    printGone(Math.max(room, 0));
    terminal.line("");
    terminal.line(
        "pt2st " + ScanRun.version() + ", " + run.time() + ", exit code " + code.code() + ".");
  }

  private void printGone(int most) throws IOException {
    int room = most;
    Supplier<@Nullable String> lines = gone.each();
    String line = lines.get();
    if (line != null) {
      terminal.line("");
      terminal.line("### Gone since the earlier report");
      terminal.line("");
    }
    for (; line != null && room >= line.length(); line = lines.get()) {
      room -= line.length();
      terminal.raw(line + "\n");
    }
  }

  @Override
  public void close() throws IOException {
    for (SpillingQueue<String> spool : spools.values()) {
      spool.close();
    }
    gone.close();
  }
}
