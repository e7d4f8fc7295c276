package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The result of a scan in a few sentences, for readers who read nothing else. */
final class SummaryWords {
  private SummaryWords() {}

  static List<String> result(ScanSummary summary) {
    List<String> parts = new ArrayList<>();
    part(parts, summary, Verdict.DANGEROUS, " can run code when loaded: do not load %s.");
    part(
        parts,
        summary,
        Verdict.MALFORMED,
        " may hold something else for a loader than for a scanner: do not trust %s.");
    part(
        parts,
        summary,
        Verdict.UNKNOWN,
        " could not be shown to be data alone: have %s looked at before anybody loads %s.");
    part(parts, summary, Verdict.UNREADABLE, " could not be read: nothing is known about %s.");
    part(
        parts,
        summary,
        Verdict.UNRECOGNIZED,
        " could not be recognized: nothing was found in %s, and nothing else is known about %s.");
    if (parts.isEmpty()) {
      parts.add(
          summary.files() == 0
              ? "No file was scanned."
              : summary.known() > 0
                  ? "There is nothing new."
                  : "Nothing was found that speaks against loading these files.");
    }
    return parts;
  }

  private static void part(
      List<String> parts, ScanSummary summary, Verdict verdict, String sentence) {
    long count = summary.count(verdict);
    if (count > 0) {
      parts.add(Units.count(count, "file") + sentence.replace("%s", count == 1 ? "it" : "them"));
    }
  }
}
