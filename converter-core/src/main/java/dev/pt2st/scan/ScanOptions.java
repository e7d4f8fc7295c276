package dev.pt2st.scan;

import dev.pt2st.Limits;
import dev.pt2st.torch.Policy;

/**
 * What a scan goes by.
 *
 * @param policy which globals are accepted besides those of the built-in list; a global that it
 *     accepts counts as known to be data
 * @param limits what bounds the work on one file
 * @param full whether tensor data is read too: the CRC-32 of every record is checked, and storages
 *     are looked at as any other entry
 */
public record ScanOptions(Policy policy, Limits limits, boolean full) {
  /** The built-in list, the standard limits, no tensor data. */
  public static final ScanOptions STANDARD =
      new ScanOptions(Policy.STANDARD, Limits.STANDARD, false);
}
