package dev.pt2st.scan;

import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.checkpoint.sharded.ItemRanges;
import dev.pt2st.io.Input;
import java.nio.file.Path;

/**
 * Tells of files whether everything in them is known to be data:
 *
 * <pre>{@code
 * FileReport report = new FileScanner(ScanOptions.STANDARD).scan(Path.of("model.pt"));
 * if (!report.verdict().isGood()) {
 *   report.findings().forEach(finding -> say(finding.place(), finding.message()));
 * }
 * }</pre>
 *
 * <p>It throws nothing for what the bytes of a file cause. One scanner may be used by many threads.
 */
public final class FileScanner {
  private final ScanOptions options;
  private final ScanListener listener;
  private final ItemRanges itemRanges;

  /** A scanner whose progress nobody hears of. */
  public FileScanner(ScanOptions options) {
    this(options, ScanListener.NONE);
  }

  /**
   * A scanner with a listener.
   *
   * @param listener hears how each scan goes on, from the thread that scans; what it throws comes
   *     out of {@link #scan}
   */
  public FileScanner(ScanOptions options, ScanListener listener) {
    this.options = options;
    this.listener = listener;
    this.itemRanges = new ItemRanges(ReadOptions.STANDARD.withLimits(options.limits()));
  }

  /**
   * Scans one file. What cannot be opened gets {@link Verdict#UNREADABLE}, and so does a file whose
   * scan is cancelled by an interrupt of its thread: the thread stays interrupted.
   */
  public FileReport scan(Path file) {
    return scan(Input.of(file));
  }

  /**
   * The same of a file on this disk or of a source that is read by ranges. Of a source that fails,
   * however late, nothing is said but that, unless what was read before is dangerous already.
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public FileReport scan(Input input) {
    FileReport report = FileScan.of(input, options, listener, itemRanges);
    listener.ends(report);
    return report;
  }

  /** The report of something that is no file to be scanned, or cannot be reached. */
  public static FileReport unreadable(Path file, String why) {
    return unreadable(ResourceName.of(file), why);
  }

  /** The same of what has this name in reports, such as an address that cannot be opened. */
  public static FileReport unreadable(ResourceName name, String why) {
    return FileScan.unreadable(name, why);
  }
}
