package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.report.html.HtmlText;
import dev.pt2st.cli.terminal.ShellWord;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** The parts of the page about the scan as a whole. */
final class HtmlPage {
  private HtmlPage() {}

  /** The summary, for readers who read nothing else. */
  static String summary(ScanSummary summary, ExitCode code, ScanRun run) {
    StringBuilder html = new StringBuilder("<header><h1>Scan of model files</h1>\n");
    for (String sentence : SummaryWords.result(summary)) {
      html.append("<p class=\"result\">").append(HtmlText.of(sentence)).append("</p>\n");
    }
    String baseline = run.choice().baseline();
    if (baseline != null) {
      html.append("<p>Only findings that are new since ").append(HtmlText.code(baseline));
      html.append(" are listed, and those that have gone.</p>\n");
    }
    for (String further : summary.further()) {
      html.append("<p>").append(HtmlText.of(further)).append(".");
      html.append(further.endsWith("left out") ? " Nothing is known about what is in them." : "");
      html.append("</p>\n");
    }
    html.append("</header>\n<table><caption>").append(Units.count(summary.files(), "file"));
    html.append(" scanned</caption>\n<tr><th scope=\"col\">Verdict</th>");
    html.append("<th scope=\"col\" class=\"number\">Files</th>");
    html.append("<th scope=\"col\">What it means</th></tr>\n");
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      if (baseline != null && verdict == ScanSummary.KNOWN_BEFORE) {
        row(html, "as before", summary.known(), "There is nothing new about it.");
      }
      row(html, HtmlFile.badge(verdict), summary.count(verdict), meaning(verdict));
    }
    html.append("</table>\n<p>Exit code ").append(code.code()).append(": ");
    return html.append(HtmlText.of(meaning(code, run))).append(".</p>\n").toString();
  }

  /** The meaning of the exit code for this scan; its general meaning covers all commands. */
  private static String meaning(ExitCode code, ScanRun run) {
    return switch (code) {
      case DONE ->
          "no file is " + run.choice().failOn().shown() + " or worse, and each could be read";
      case REFUSED -> "at least one file is " + run.choice().failOn().shown() + " or worse";
      case FAILED -> "a file could not be read, or nothing was scanned";
      case USAGE, DIFFERENT -> code.meaning();
    };
  }

  private static void row(StringBuilder html, String first, long count, String meaning) {
    html.append("<tr><td>").append(first).append("</td><td class=\"number\">").append(count);
    html.append("</td><td>").append(meaning).append("</td></tr>\n");
  }

  private static String meaning(Verdict verdict) {
    return switch (verdict) {
      case DANGEROUS ->
          "It names something that is known to run code, or to reach the network or the file system.";
      case MALFORMED -> "It is broken, or two readers could understand it in two ways.";
      case UNKNOWN -> "Something in it is not known to be data, or was not looked at to its end.";
      case UNREADABLE -> "It could not be read.";
      case UNRECOGNIZED ->
          "Its bytes are of no known format. They were searched to their end, and nothing was found.";
      case ACCEPTED -> "It would be safe without the names that somebody has accepted.";
      case SAFE -> "Everything in it was read and is known to be data.";
      case NO_PICKLE -> "There is no pickle in it. It is not judged.";
    };
  }

  /** How the scan was made, so that somebody else can repeat it. */
  static String about(ScanRun run) {
    StringBuilder html = new StringBuilder("<section><h2>How this report was made</h2>\n<dl>");
    row(html, "Tool", HtmlText.of("pt2st " + ScanRun.version()));
    row(html, "Time", "<time>" + run.time() + "</time>");
    row(html, "Scanned", codes(run.paths()));
    row(html, "Tensor data", run.rules().full() ? "read" : "passed over");
    row(html, "Fails from verdict", HtmlText.of(run.choice().failOn().shown()));
    row(html, "Included", run.choice().include().isEmpty() ? "all" : codes(run.choice().include()));
    row(
        html,
        "Left out",
        run.choice().exclude().isEmpty() ? "none" : codes(run.choice().exclude()));
    row(html, "Allowed", run.choice().allow().isEmpty() ? "none" : codes(run.choice().allow()));
    String policy = run.choice().policy();
    row(html, "Policy file", policy == null ? "none" : HtmlText.code(policy));
    row(html, "SHA-256 of the policy", HtmlText.code(run.policyDigest()));
    row(html, "Names count from", HtmlText.code(run.choice().base()));
    row(
        html,
        "Limits",
        run.limits().entrySet().stream()
            .map(limit -> HtmlText.code(limit.getKey() + " " + limit.getValue()))
            .collect(Collectors.joining(", ")));
    html.append("</dl>\n<p class=\"again\">The whole ")
        .append(run.command())
        .append(" again:</p><pre>");
    html.append(HtmlText.of("pt2st " + run.command() + " " + ShellWord.line(run.allWords())));
    return html.append("</pre></section>\n").toString();
  }

  private static void row(StringBuilder html, String label, String value) {
    html.append("<dt>").append(label).append("</dt><dd>").append(value).append("</dd>\n");
  }

  private static String codes(List<String> texts) {
    return texts.stream().map(HtmlText::code).collect(Collectors.joining(", "));
  }
}
