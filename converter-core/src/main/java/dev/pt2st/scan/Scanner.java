package dev.pt2st.scan;

import dev.pt2st.ResourceName;
import java.nio.file.Path;

/**
 * Tells of files whether everything in them is known to be data:
 *
 * <pre>{@code
 * FileReport report = new Scanner(ScanOptions.STANDARD).scan(Path.of("model.pt"));
 * if (!report.verdict().isGood()) {
 *   report.findings().forEach(finding -> say(finding.place(), finding.message()));
 * }
 * }</pre>
 *
 * <p>It throws nothing for what the bytes of a file cause. One scanner may be used by many threads.
 */
public final class Scanner {
  private final ScanOptions options;

  public Scanner(ScanOptions options) {
    this.options = options;
  }

  /** Scans one file; what cannot be opened gets {@link Verdict#UNREADABLE}. */
  public FileReport scan(Path file) {
    return FileScan.of(file, options);
  }

  /** The report of something that is no file to be scanned, or cannot be reached. */
  public static FileReport unreadable(Path file, String why) {
    return FileScan.unreadable(ResourceName.of(file), why);
  }
}
