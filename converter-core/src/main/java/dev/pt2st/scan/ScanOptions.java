package dev.pt2st.scan;

import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;

/**
 * Options of a scan. Immutable.
 *
 * @param read the policy for globals and the limits on the work for one file; a scan always
 *     compares the CRC-32 of what it reads
 * @param tensorBytes whether tensor data is scanned too
 */
public record ScanOptions(ReadOptions read, TensorBytes tensorBytes) {
  /** The built-in allowlist, the default limits, no tensor data. */
  public static final ScanOptions STANDARD =
      new ScanOptions(ReadOptions.STANDARD, TensorBytes.SKIP);

  /** How tensor data is treated. */
  public enum TensorBytes {
    /** Storages are skipped; the rest of a file is scanned. */
    SKIP,
    /** Storages are scanned like any other entry, and the CRC-32 of every record is checked. */
    READ
  }

  /** Whether tensor data is scanned too. */
  public boolean full() {
    return tensorBytes == TensorBytes.READ;
  }

  /** The policy for globals besides the built-in allowlist. */
  public Policy policy() {
    return read.policy();
  }

  /** The limits on the work for one file. */
  public Limits limits() {
    return read.limits();
  }
}
