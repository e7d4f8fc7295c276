package dev.pt2st.scan;

import dev.pt2st.ResourceName;

/**
 * Hears how scans go on. All calls for one scan come from the thread that scans, {@code begins}
 * first and {@code ends} last. A {@link FileScanner} that several threads use calls it from all of
 * them at the same time.
 */
public interface ScanListener {
  /** Hears nothing. */
  ScanListener NONE = new ScanListener() {};

  /**
   * A scan begins.
   *
   * @param file what was given to the scanner
   * @param bytes the size of the file; 0 if it cannot be opened
   */
  default void begins(ResourceName file, long bytes) {}

  /**
   * That many more bytes of a file have been looked at. Bytes count whenever they are looked at, in
   * the file and in what is unpacked from it: a byte in two layouts counts twice, and tensor data
   * that is passed over does not count. So the sum tells that a scan goes on, and how fast, but is
   * no share of the file's size.
   *
   * @param file what was given to the scanner
   */
  default void looked(ResourceName file, long bytes) {}

  /** A scan has ended with this report. It is not called if the scan fails with an exception. */
  default void ends(FileReport report) {}
}
