package dev.pt2st.cli.report.scan;

import dev.pt2st.ResourceName;
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
 * Compares a scan with an earlier one, file by file. Memory is needed only for the earlier
 * findings, not for the files of the new scan.
 */
public final class Comparison {
  private final Map<String, KnownFile> before;

  /** The files of the earlier report that were scanned again; a user may name one twice. */
  private final Set<String> met = new HashSet<>();

  private final ReportBase base;
  private final List<FindingIdentity> gone = new ArrayList<>();
  private long notCompared;

  public Comparison(Baseline baseline, ReportBase base) {
    this.before = new HashMap<>(baseline.files());
    this.base = base;
  }

  /**
   * The new findings of a file. Two equal findings count as two.
   *
   * @return the file with its new findings and their worst verdict; unchanged if it has no findings
   *     at all; null if all its findings were known
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
    // Findings that are not listed cannot be compared. If there are more of them than before,
    // some
    // are new.
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

  /** Known findings that are missing now are gone, but only if the file was scanned to its end. */
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
   * Ends the comparison after all files. The findings of a file that was not scanned are gone only
   * if the file no longer exists. Otherwise it may have been left out, or not be among the scanned
   * paths.
   *
   * @return the findings that are gone, by file name
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

  /** The number of earlier findings that this scan could not compare; valid after {@link #gone}. */
  public long notCompared() {
    return notCompared;
  }

  /**
   * Whether a file below the base does not exist. Files elsewhere are not looked up because of a
   * report.
   */
  private boolean isMissing(String path) {
    if (ResourceName.isAddress(path)) {
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
