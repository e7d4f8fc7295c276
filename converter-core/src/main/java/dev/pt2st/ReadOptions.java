package dev.pt2st;

/**
 * Options for reading a checkpoint, shared by all operations. Immutable; the {@code with} methods
 * change one option each.
 *
 * @param policy which globals are accepted besides the built-in allowlist
 * @param limits the limits on the work
 * @param crc whether the CRC-32 of each record that is read must match
 */
public record ReadOptions(Policy policy, Limits limits, Crc crc) {
  /** The built-in allowlist, the default limits, every CRC-32 compared. */
  public static final ReadOptions STANDARD =
      new ReadOptions(Policy.STANDARD, Limits.STANDARD, Crc.COMPARE);

  /** What is done with the CRC-32 that an archive records for each entry. */
  public enum Crc {
    /** A record whose CRC-32 differs is refused. */
    COMPARE,
    /** The CRC-32 is not compared: a damaged record is read as it is. */
    IGNORE
  }

  /** These options with another {@link #policy}. */
  public ReadOptions withPolicy(Policy value) {
    return new ReadOptions(value, limits, crc);
  }

  /** These options with another {@link #limits}. */
  public ReadOptions withLimits(Limits value) {
    return new ReadOptions(policy, value, crc);
  }

  /** These options with another {@link #crc}. */
  public ReadOptions withCrc(Crc value) {
    return new ReadOptions(policy, limits, value);
  }

  /** Whether the CRC-32 of each record that is read must match. */
  public boolean comparesCrc() {
    return crc == Crc.COMPARE;
  }
}
