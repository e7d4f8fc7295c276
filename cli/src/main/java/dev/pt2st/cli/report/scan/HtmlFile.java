package dev.pt2st.cli.report.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.html.HtmlText;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of the page about one file, as one line of HTML. */
final class HtmlFile {
  private final StringBuilder html = new StringBuilder();
  private final Set<Rule> rules = new LinkedHashSet<>();

  private HtmlFile() {}

  /**
   * A file with its findings.
   *
   * @param run the run, for the command line that gives the same findings
   */
  static String of(ScannedFile file, ScanRun run) {
    HtmlFile block = new HtmlFile();
    block.add(file, run);
    return block.html.toString();
  }

  /** The badge for a verdict, with a word as well as a colour. */
  static String badge(Verdict verdict) {
    return "<span class=\"badge " + style(verdict) + "\">" + verdict.shown() + "</span>";
  }

  private static String style(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void add(ScannedFile file, ScanRun run) {
    FileReport report = file.report();
    html.append("<article><h3>").append(badge(report.verdict())).append(' ');
    html.append(HtmlText.code(report.file().text())).append("</h3>");
    html.append("<dl class=\"about\">");
    if (!report.kind().isEmpty()) {
      row("Kind", HtmlText.of(report.kind()));
    }
    if (run.choice().digest()) {
      row(
          "SHA-256",
          file.sha256() == null
              ? "not made"
              : HtmlText.code(file.sha256()) + (file.stated() ? ", as the Hub states" : ""));
    }
    html.append("</dl><ol>");
    for (Finding finding : report.findings()) {
      add(finding, null);
    }
    for (AcceptedFinding accepted : report.accepted()) {
      add(accepted.finding(), accepted.acceptance());
    }
    html.append("</ol>");
    if (report.notListed() > 0) {
      paragraph("And " + Units.count(report.notListed(), "more finding") + ".");
    }
    rules.forEach(rule -> paragraph(rule.summary() + ". " + SarifRules.help(rule)));
    addCommands(report, run);
    html.append("</article>");
  }

  private void addCommands(FileReport report, ScanRun run) {
    String name = ShellWord.file(report.file().text());
    String words = ShellWord.line(run.words());
    html.append(
        "<p class=\"again\">To see the same again, without running anything of it:</p><pre>");
    html.append(HtmlText.of("pt2st scan " + (words.isEmpty() ? "" : words + " ") + name));
    html.append("</pre>");
    if (report.pickles() > 0 && report.verdict() != Verdict.UNREADABLE) {
      html.append("<p class=\"again\">To read the instructions of its pickles:</p><pre>");
      html.append(HtmlText.of("pt2st inspect --pickle " + name)).append("</pre>");
    }
  }

  private void add(Finding finding, @Nullable Acceptance acceptance) {
    TracedGlobal global = finding.global();
    html.append("<li><h4>");
    if (global == null) {
      html.append(HtmlText.of(capital(finding.message())));
    } else {
      html.append(HtmlText.code(global.name().shown()));
      html.append(", ").append(use(global));
    }
    html.append("</h4><dl>");
    row("Where", place(finding.place()));
    if (global != null) {
      addGlobal(finding, global);
    }
    if (acceptance == null) {
      rules.add(finding.rule());
    } else {
      row("Accepted", HtmlText.of(Acceptances.reason(acceptance)));
    }
    row("Rule", HtmlText.of(finding.rule().id()));
    html.append("</dl></li>");
  }

  private void addGlobal(Finding finding, TracedGlobal global) {
    if (!global.written().equals(global.name())) {
      row("Written as", HtmlText.code(global.written().shown()));
    }
    for (TracedGlobal.TracedCall call : global.calls()) {
      row(
          global.use() == GlobalUse.CALLED ? "Call" : "Use",
          HtmlText.code(global.name().shown() + call.arguments())
              + " by "
              + HtmlText.of(call.opcode())
              + " at byte "
              + call.offset());
    }
    row(
        "What it can do",
        HtmlText.of(
            finding.rule() == Rule.DANGEROUS_GLOBAL
                ? capital(FindingWords.ability(finding, global))
                : "Not known: the name is not on the list of things known to be data"));
    if (global.behindBreak()) {
      row("Reached", "Only by a reader that goes on behind a place where an unpickler stops");
    }
  }

  private static String use(TracedGlobal global) {
    String use =
        global.use() == GlobalUse.NAMED
            ? "only named, by " + HtmlText.of(global.opcode())
            : global.use().word();
    return global.uses() > 1 ? use + ", in " + global.uses() + " instructions" : use;
  }

  private static String place(Place place) {
    String entry = place.entry() == null ? "" : "entry " + HtmlText.code(place.entry());
    String at = place.offset() < 0 ? "" : "byte " + place.offset();
    if (entry.isEmpty() && at.isEmpty()) {
      return "the file as a whole";
    }
    return entry + (entry.isEmpty() || at.isEmpty() ? "" : ", ") + at;
  }

  private static String capital(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private void paragraph(String text) {
    html.append("<p>").append(HtmlText.of(text)).append("</p>");
  }

  /**
   * @param value HTML
   */
  private void row(String label, String value) {
    html.append("<dt>").append(label).append("</dt><dd>").append(value).append("</dd>");
  }
}
