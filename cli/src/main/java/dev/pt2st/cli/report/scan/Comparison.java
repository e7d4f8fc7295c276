package dev.pt2st.cli.report.scan;

import dev.pt2st.cli.report.scan.Baseline.KnownFile;
import dev.pt2st.scan.AcceptedFinding;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A scan compared with an earlier one, file by file. It takes the memory of the earlier findings
 * and none for the files of the new scan.
 */
public final class Comparison {
  private final Map<String, KnownFile> before;

  /** The files of the earlier report that have been scanned now; a user may name one twice. */
  private final Set<String> met = new HashSet<>();

  private final ReportBase base;
  private final List<FindingIdentity> gone = new ArrayList<>();
  private long notCompared;

  public Comparison(Baseline baseline, ReportBase base) {
    this.before = new HashMap<>(baseline.files());
    this.base = base;
  }

  /**
   * What is new of a file. Two findings that are the same count as two.
   *
   * @return the file with what is new and the worst verdict of that; as it was if nothing is said
   *     of it at all; null if all that is said of it was known
   */
  public @Nullable ScannedFile newOf(ScannedFile file) {
    FileReport report = file.report();
    KnownFile earlier = before.get(file.path());
    Map<FindingIdentity, Integer> known = counted(earlier);
    List<Finding> findings = new ArrayList<>();
    Verdict worst = Verdict.NO_PICKLE;
    for (Finding finding : report.findings()) {
      if (!take(known, FindingIdentity.of(file.path(), finding, false))) {
        findings.add(finding);
        worst = worst.worse(finding.rule().verdict());
      }
    }
    List<AcceptedFinding> accepted = new ArrayList<>();
    for (AcceptedFinding each : report.accepted()) {
      if (!take(known, FindingIdentity.of(file.path(), each.finding(), true))) {
        accepted.add(each);
        worst = worst.worse(Verdict.ACCEPTED);
      }
    }
    // What is not listed cannot be compared: if there is more of it than before, some of it is new.
    long more = Math.max(0, report.notListed() - (earlier == null ? 0 : earlier.notListed()));
    if (more > 0) {
      worst = worst.worse(report.verdict());
    }
    if (earlier != null && met.add(file.path())) {
      end(known, report);
    }
    if (report.verdict().isGood()) {
      return file;
    }
    return findings.isEmpty() && accepted.isEmpty() && more == 0
        ? null
        : new ScannedFile(
            new FileReport(
                report.file(), worst, report.kind(), report.pickles(), findings, more, accepted),
            file.path(),
            file.sha256(),
            file.stated());
  }

  private static Map<FindingIdentity, Integer> counted(@Nullable KnownFile file) {
    Map<FindingIdentity, Integer> counts = new HashMap<>();
    if (file != null) {
      file.findings().forEach(finding -> counts.merge(finding, 1, Integer::sum));
    }
    return counts;
  }

  private static boolean take(Map<FindingIdentity, Integer> known, FindingIdentity finding) {
    int left = known.getOrDefault(finding, 0);
    if (left == 0) {
      return false;
    }
    known.put(finding, left - 1);
    return true;
  }

  /** What was known and is not there has gone, but only if the file was looked at to its end. */
  private void end(Map<FindingIdentity, Integer> left, FileReport report) {
    boolean whole =
        report.notListed() == 0
            && report.findings().stream()
                .map(Finding::rule)
                .noneMatch(rule ->
                    rule == Rule.UNREADABLE
                        || rule == Rule.OVER_LIMIT
                        || rule == Rule.NOT_LOOKED_INTO);
    left.forEach((finding, count) -> {
      for (int i = 0; i < count; i++) {
        settle(finding, whole);
      }
    });
  }

  private void settle(FindingIdentity finding, boolean isGone) {
    if (isGone) {
      gone.add(finding);
    } else {
      notCompared++;
    }
  }

  /**
   * Ends the comparison, after all files: a file that was not scanned has gone only if it is not
   * there any more. Another one may be left out, or is not below what was to be scanned.
   *
   * @return what has gone, by the names of the files
   */
  public List<FindingIdentity> gone() {
    before.forEach((path, file) -> {
      if (met.add(path)) {
        boolean isGone = isMissing(path);
        file.findings().forEach(finding -> settle(finding, isGone));
        notCompared += file.notListed();
      }
    });
    gone.sort(
        Comparator.comparing(FindingIdentity::path)
            .thenComparing(FindingIdentity::entry)
            .thenComparing(FindingIdentity::name));
    return List.copyOf(gone);
  }

  /** Findings of the earlier report of which this scan says nothing; after {@link #gone}. */
  public long notCompared() {
    return notCompared;
  }

  /** Whether a file below the base is not there; elsewhere nothing is looked up for a report. */
  private boolean isMissing(String path) {
    if (ReportBase.isAddress(path)) {
      return false;
    }
    try {
      Path file = base.folder().resolve(path).normalize();
      return file.startsWith(base.folder()) && Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
