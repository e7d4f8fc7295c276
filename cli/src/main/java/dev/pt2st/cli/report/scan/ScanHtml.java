package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.html.HtmlDocument;
import dev.pt2st.cli.report.html.HtmlText;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.io.spill.SpillingQueue;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The report as a self-contained page, for those who decide about files and those who review the
 * decision: the summary, how the scan was made, and every finding, worst first. Files without
 * findings are only counted, unless digests are requested; then they are listed with their digests.
 */
public final class ScanHtml implements ScanReport {
  private final Terminal terminal;
  private final ScanRun run;
  private final Map<Verdict, SpillingQueue<String>> spools = new EnumMap<>(Verdict.class);
  private final SpillingQueue<String> good = SpillingQueue.ofLines();
  private final SpillingQueue<String> gone = SpillingQueue.ofLines();

  public ScanHtml(Terminal terminal, ScanRun run) {
    this.terminal = terminal;
    this.run = run;
    for (Verdict verdict : Verdict.values()) {
      spools.put(verdict, SpillingQueue.ofLines());
    }
  }

  @Override
  public void add(ScannedFile file) throws IOException {
    FileReport report = file.report();
    if (!report.verdict().isGood()) {
      SpillingQueue<String> spool = spools.get(report.verdict());
      if (spool == null) {
        throw new IllegalStateException(report.verdict().shown());
      }
      spool.add(HtmlFile.of(file, run));
    } else if (run.choice().digest() && !run.choice().quiet()) {
      String digest = file.sha256() == null ? "not made" : HtmlText.code(file.sha256());
      good.add(
          "<li>"
              + HtmlFile.badge(report.verdict())
              + " "
              + HtmlText.code(report.file().text())
              + " "
              + digest
              + "</li>");
    }
  }

  @Override
  public void addGone(FindingIdentity finding) throws IOException {
    String entry = finding.entry().isEmpty() ? "" : ", entry " + HtmlText.code(finding.entry());
    gone.add(
        "<li>"
            + HtmlText.code(finding.path())
            + entry
            + ": "
            + HtmlText.code(finding.name())
            + " ("
            + HtmlText.of(finding.rule())
            + (finding.accepted() ? ", accepted" : "")
            + ")</li>");
  }

  @Override
  public void end(ScanSummary summary, ExitCode code) throws IOException {
    terminal.raw(HtmlDocument.head("pt2st scan"));
    terminal.raw(HtmlPage.summary(summary, code, run));
    boolean any = false;
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      SpillingQueue<String> spool = spools.get(verdict);
      if (spool != null && spool.each().get() != null) {
        terminal.raw(any ? "" : "<section><h2>Findings, the worst first</h2>\n");
        any = true;
        print(spool);
      }
    }
    terminal.raw(any ? "</section>\n" : "");
    list("Gone since the earlier report", gone);
    list("Files without findings", good);
    terminal.raw(HtmlPage.about(run));
    terminal.raw(HtmlDocument.end());
  }

  private void list(String heading, SpillingQueue<String> items) throws IOException {
    if (items.each().get() != null) {
      terminal.raw("<section><h2>" + heading + "</h2>\n<ul class=\"files\">\n");
      print(items);
      terminal.raw("</ul></section>\n");
    }
  }

  private void print(SpillingQueue<String> lines) throws IOException {
    Supplier<@Nullable String> each = lines.each();
    for (String line = each.get(); line != null; line = each.get()) {
      terminal.raw(line + "\n");
    }
  }

  @Override
  public void close() throws IOException {
    for (SpillingQueue<String> spool : spools.values()) {
      spool.close();
    }
    good.close();
    gone.close();
  }
}
