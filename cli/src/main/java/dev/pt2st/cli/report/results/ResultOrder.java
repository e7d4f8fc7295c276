package dev.pt2st.cli.report.results;

import dev.pt2st.scan.Verdict;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import dev.pt2st.units.UnitResult;
import java.util.List;

/** Orders results by severity, for reports that begin with the worst. */
final class ResultOrder {
  /** The verdicts are declared in this order. */
  private static final List<Verdict> WORST_LAST = List.of(Verdict.values());

  private ResultOrder() {}

  /** The severity of a result; a larger number is worse. */
  static int badness(UnitResult result) {
    return switch (result.outcome()) {
      case Scanned scanned -> WORST_LAST.indexOf(scanned.report().verdict());
      case Changed changed -> WORST_LAST.indexOf(Verdict.UNREADABLE);
      case Compared compared -> compared.differing() > 0 ? 2 : 0;
      case Failed failed -> 1;
      case Converted converted -> 0;
      case Summed summed -> 0;
    };
  }
}
