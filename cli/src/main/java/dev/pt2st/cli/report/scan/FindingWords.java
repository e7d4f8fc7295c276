package dev.pt2st.cli.report.scan;

import dev.pt2st.TracedGlobal;
import dev.pt2st.scan.Finding;

/** Parts of a finding's message, for reports that show the other parts separately. */
final class FindingWords {
  private FindingWords() {}

  /** What a dangerous global does: the message without the name, which is shown already. */
  static String ability(Finding finding, TracedGlobal global) {
    String before = global.name().shown() + ", which ";
    int at = finding.message().indexOf(before);
    return at < 0 ? finding.message() : finding.message().substring(at + before.length());
  }
}
