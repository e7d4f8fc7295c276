package dev.pt2st.scan;

import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;

/**
 * What a scan goes by.
 *
 * @param read which globals count as known to be data besides those of the built-in list, and what
 *     bounds the work on one file; a scan compares the CRC-32 of what it reads in any case
 * @param tensorBytes whether tensor data is read too
 */
public record ScanOptions(ReadOptions read, TensorBytes tensorBytes) {
  /** The built-in list, the standard limits, no tensor data. */
  public static final ScanOptions STANDARD =
      new ScanOptions(ReadOptions.STANDARD, TensorBytes.SKIP);

  /** What becomes of tensor data. */
  public enum TensorBytes {
    /** Storages are passed over; the rest of a file is looked at. */
    SKIP,
    /** The CRC-32 of every record is checked, and storages are looked at as any other entry. */
    READ
  }

  /** Whether tensor data is read too. */
  public boolean full() {
    return tensorBytes == TensorBytes.READ;
  }

  /** Which globals count as known to be data. */
  public Policy policy() {
    return read.policy();
  }

  /** What bounds the work on one file. */
  public Limits limits() {
    return read.limits();
  }
}
