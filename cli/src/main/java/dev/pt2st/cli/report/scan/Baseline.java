package dev.pt2st.cli.report.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an earlier report says, file by file.
 *
 * @param files by their names from the base
 */
public record Baseline(Map<String, KnownFile> files) {
  public Baseline {
    files = new LinkedHashMap<>(files);
  }

  /**
   * A file of the earlier report with something to be said about it.
   *
   * @param findings accepted ones too
   * @param notListed how many more there are
   */
  record KnownFile(List<FindingIdentity> findings, long notListed) {
    KnownFile {
      findings = List.copyOf(findings);
    }

    /** The same with those of another report of the same file. */
    KnownFile and(KnownFile other) {
      List<FindingIdentity> all = new ArrayList<>(findings);
      all.addAll(other.findings);
      return new KnownFile(all, notListed + other.notListed);
    }
  }
}
