package dev.pt2st.scan;

import dev.pt2st.ResourceName;
import java.util.List;

/**
 * The result of scanning one file.
 *
 * @param file the name by which it was given or found
 * @param verdict the worst of its findings; without any {@link Verdict#ACCEPTED}, {@link
 *     Verdict#SAFE} or {@link Verdict#NO_PICKLE}
 * @param kind what the file is, in words: "PyTorch ZIP", "text"; empty if that is not known
 * @param pickles how many pickles were followed
 * @param findings the worst first, then in the order of the file
 * @param notListed how many findings, accepted ones included, are not listed
 * @param accepted the findings that do not count because their globals are accepted; in the same
 *     order
 */
public record FileReport(
    ResourceName file,
    Verdict verdict,
    String kind,
    long pickles,
    List<Finding> findings,
    long notListed,
    List<AcceptedFinding> accepted) {
  public FileReport {
    accepted = List.copyOf(accepted);
    findings = List.copyOf(findings);
  }
}
