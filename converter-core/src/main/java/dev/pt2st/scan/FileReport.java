package dev.pt2st.scan;

import dev.pt2st.ResourceName;
import java.util.List;

/**
 * What a scan says of one file.
 *
 * @param file what it was found by
 * @param verdict the worst of its findings; {@link Verdict#SAFE} or {@link Verdict#NO_PICKLE}
 *     without any
 * @param kind what the file is, in words: "PyTorch ZIP", "text"; empty where that is not known
 * @param pickles how many pickles were looked at
 * @param findings the worst first, then in the order of the file
 * @param notListed how many further findings there are
 */
public record FileReport(
    ResourceName file,
    Verdict verdict,
    String kind,
    long pickles,
    List<Finding> findings,
    long notListed) {
  public FileReport {
    findings = List.copyOf(findings);
  }
}
