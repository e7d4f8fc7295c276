package dev.pt2st.scan;

import dev.pt2st.Limits;
import dev.pt2st.checkpoint.ReadOptions;
import dev.pt2st.torch.Policy;

/**
 * What a scan goes by.
 *
 * @param read which globals count as known to be data besides those of the built-in list, and what
 *     bounds the work on one file; a scan compares the CRC-32 of what it reads in any case
 * @param full whether tensor data is read too: the CRC-32 of every record is checked, and storages
 *     are looked at as any other entry
 */
public record ScanOptions(ReadOptions read, boolean full) {
  /** The built-in list, the standard limits, no tensor data. */
  public static final ScanOptions STANDARD = new ScanOptions(ReadOptions.STANDARD, false);

  /** Which globals count as known to be data. */
  public Policy policy() {
    return read.policy();
  }

  /** What bounds the work on one file. */
  public Limits limits() {
    return read.limits();
  }
}
