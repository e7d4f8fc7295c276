package dev.pt2st.cli.report.sbom;

import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.scan.Verdict;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A component of a bill of materials: a model of one or several files, or a file with pickles that
 * is not a model.
 *
 * @param name the name of the model, or of its folder
 * @param isModel whether it has tensors, or a format that contains only models
 * @param files its files
 * @param format the format in words; empty if it is not known
 * @param totals the totals of its tensors by dtype; empty if they were not read
 * @param globals the classes and functions that its pickles name, with dots
 * @param unlisted those of them that are not known to be data
 * @param verdict the worst verdict of its files
 * @param findings the findings of the scan, as sentences
 * @param problems why it could not be read completely, as sentences
 * @param declared what the files next to it declare
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
   * @param sha256 the SHA-256 of its bytes; null if it could not be read, or was changed meanwhile
   */
  public record PartFile(String name, long size, @Nullable String sha256) {}
}
