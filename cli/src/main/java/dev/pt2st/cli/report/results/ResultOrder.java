package dev.pt2st.cli.report.results;

import dev.pt2st.scan.Verdict;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import dev.pt2st.units.UnitResult;

/** How bad a result is, for reports that begin with the worst. */
final class ResultOrder {
  private ResultOrder() {}

  /** More is worse. */
  static int badness(UnitResult result) {
    return switch (result.outcome()) {
      case Scanned scanned -> scanned.report().verdict().ordinal();
      case Changed changed -> Verdict.UNREADABLE.ordinal();
      case Compared compared -> compared.differing() > 0 ? 2 : 0;
      case Failed failed -> 1;
      case Converted converted -> 0;
      case Summed summed -> 0;
    };
  }
}
