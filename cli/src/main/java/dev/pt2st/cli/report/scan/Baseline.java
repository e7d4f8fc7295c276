package dev.pt2st.cli.report.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of an earlier report, file by file.
 *
 * @param files the files by their names relative to the base
 */
public record Baseline(Map<String, KnownFile> files) {
  public Baseline {
    files = new LinkedHashMap<>(files);
  }

  /**
   * A file with findings in the earlier report.
   *
   * @param findings the findings, accepted ones included
   * @param notListed the number of findings that are not listed
   */
  record KnownFile(List<FindingIdentity> findings, long notListed) {
    KnownFile {
      findings = List.copyOf(findings);
    }

    /** The same file with the findings of another report added. */
    KnownFile and(KnownFile other) {
      List<FindingIdentity> all = new ArrayList<>(findings);
      all.addAll(other.findings);
      return new KnownFile(all, notListed + other.notListed);
    }
  }
}
