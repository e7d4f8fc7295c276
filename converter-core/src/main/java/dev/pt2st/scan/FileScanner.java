package dev.pt2st.scan;

import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.dcp.ItemRanges;
import dev.pt2st.io.Input;
import java.nio.file.Path;

/**
 * Checks whether everything in a file is known to be data:
 *
 * <pre>{@code
 * FileReport report = new FileScanner(ScanOptions.STANDARD).scan(Path.of("model.pt"));
 * if (!report.verdict().isGood()) {
 *   report.findings().forEach(finding -> say(finding.place(), finding.message()));
 * }
 * }</pre>
 *
 * <p>No content of a file causes an exception. Safe for use by several threads.
 */
public final class FileScanner {
  private final ScanOptions options;
  private final ScanListener listener;
  private final ItemRanges itemRanges;

  /** A scanner without a listener. */
  public FileScanner(ScanOptions options) {
    this(options, ScanListener.NONE);
  }

  /**
   * A scanner with a listener.
   *
   * @param listener is notified of the progress of each scan, on the thread that scans; its
   *     exceptions are thrown by {@link #scan}
   */
  public FileScanner(ScanOptions options, ScanListener listener) {
    this.options = options;
    this.listener = listener;
    this.itemRanges = new ItemRanges(ReadOptions.STANDARD.withLimits(options.limits()));
  }

  /**
   * Scans one file. The verdict is {@link Verdict#UNREADABLE} if the file cannot be opened, or if
   * the thread is interrupted during the scan; the thread then stays interrupted.
   */
  public FileReport scan(Path file) {
    return scan(Input.of(file));
  }

  /**
   * The same for a local file or a remote source that is read by ranges. If the source fails,
   * however late, the report says only that, unless a dangerous finding was already made.
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public FileReport scan(Input input) {
    FileReport report = FileScan.of(input, options, listener, itemRanges);
    listener.ends(report);
    return report;
  }

  /** A report for something that is not a file, or cannot be read. */
  public static FileReport unreadable(Path file, String why) {
    return unreadable(ResourceName.of(file), why);
  }

  /** The same for a resource of this name, such as an address that cannot be opened. */
  public static FileReport unreadable(ResourceName name, String why) {
    return FileScan.unreadable(name, why);
  }
}
