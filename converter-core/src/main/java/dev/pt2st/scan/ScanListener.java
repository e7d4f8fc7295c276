package dev.pt2st.scan;

import dev.pt2st.ResourceName;

/**
 * Is notified of the progress of scans. All calls for one scan come from the thread that scans,
 * with {@code begins} first and {@code ends} last. If several threads use one {@link FileScanner},
 * calls for different scans are concurrent.
 */
public interface ScanListener {
  /** Ignores everything. */
  ScanListener NONE = new ScanListener() {};

  /**
   * A scan begins.
   *
   * @param file what was given to the scanner
   * @param bytes the size of the file; 0 if it cannot be opened
   */
  default void begins(ResourceName file, long bytes) {}

  /**
   * So many more bytes were scanned. Bytes count each time they are scanned, in the file and in
   * data unpacked from it: a byte in two layouts counts twice, and skipped tensor data does not
   * count. So the sum shows that a scan is making progress, and how fast, but it is not a fraction
   * of the file's size.
   *
   * @param file what was given to the scanner
   */
  default void looked(ResourceName file, long bytes) {}

  /** A scan has ended with this report. It is not called if the scan fails with an exception. */
  default void ends(FileReport report) {}
}
