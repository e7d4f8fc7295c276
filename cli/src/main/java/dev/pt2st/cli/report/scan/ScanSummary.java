package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How many files got which verdict. */
public final class ScanSummary {
  private final Map<Verdict, Long> files = new EnumMap<>(Verdict.class);

  public void add(FileReport report) {
    files.merge(report.verdict(), 1L, Long::sum);
  }

  long count(Verdict verdict) {
    return files.getOrDefault(verdict, 0L);
  }

  long files() {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One line, the worst first. */
  String line() {
    List<String> parts = new ArrayList<>();
    for (Verdict verdict : List.of(Verdict.values()).reversed()) {
      if (count(verdict) > 0) {
        parts.add(count(verdict) + " " + verdict.shown());
      }
    }
    return Units.count(files(), "file") + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }

  /**
   * What the program ends with.
   *
   * @param failOn the verdict from which on a file counts
   */
  public ExitCode code(Verdict failOn) {
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.UNREADABLE && verdict.compareTo(failOn) >= 0 && count(verdict) > 0) {
        return ExitCode.REFUSED;
      }
    }
    return count(Verdict.UNREADABLE) > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }
}
