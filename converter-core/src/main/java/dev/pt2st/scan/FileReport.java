package dev.pt2st.scan;

import dev.pt2st.ResourceName;
import java.util.List;

/**
 * What a scan says of one file.
 *
 * @param file what it was found by
 * @param verdict the worst of its findings; without any {@link Verdict#ACCEPTED}, {@link
 *     Verdict#SAFE} or {@link Verdict#NO_PICKLE}
 * @param kind what the file is, in words: "PyTorch ZIP", "text"; empty if that is not known
 * @param pickles how many pickles were looked at
 * @param findings the worst first, then in the order of the file
 * @param notListed how many further findings there are, and accepted ones
 * @param accepted what would be findings, had their globals not been accepted; in the same order
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
