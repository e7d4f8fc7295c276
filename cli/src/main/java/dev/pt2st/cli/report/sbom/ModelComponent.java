package dev.pt2st.cli.report.sbom;

import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.scan.Verdict;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A component of a bill: a model of one or several files, or a file with pickles that is no model.
 *
 * @param name of the model, or of its folder
 * @param isModel whether it has tensors, or is of a format that holds nothing but models
 * @param files that it is made of
 * @param format in words; empty if it is not known
 * @param totals of its tensors by their dtype; none if they were not read
 * @param globals the classes and functions that its pickles name, with dots
 * @param unlisted those of them that are not known to be data
 * @param verdict the worst of the files
 * @param findings of the scan, as sentences
 * @param problems why it could not be read whole, as sentences
 * @param declared what the files beside it say
 */
public record ModelComponent(
    String name,
    boolean isModel,
    List<PartFile> files,
    String format,
    List<DTypeTotal> totals,
    SortedSet<String> globals,
    SortedSet<String> unlisted,
    Verdict verdict,
    List<String> findings,
    List<String> problems,
    DeclaredFacts declared) {

  public ModelComponent {
    files = List.copyOf(files);
    totals = List.copyOf(totals);
    findings = List.copyOf(findings);
    problems = List.copyOf(problems);
  }

  /**
   * A file.
   *
   * @param size in bytes
   * @param sha256 of its bytes; null if it could not be read, or was written to meanwhile
   */
  public record PartFile(String name, long size, @Nullable String sha256) {}
}
