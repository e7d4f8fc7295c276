package dev.pt2st;

/**
 * Options for reading a checkpoint, shared by all operations. Immutable; change one thing with the
 * {@code with} methods.
 *
 * @param policy which globals are accepted besides those of the built-in list
 * @param limits what bounds the work
 * @param crc whether the CRC-32 of each record that is read must be right
 */
public record ReadOptions(Policy policy, Limits limits, Crc crc) {
  /** The built-in list, the standard limits, every CRC-32 compared. */
  public static final ReadOptions STANDARD =
      new ReadOptions(Policy.STANDARD, Limits.STANDARD, Crc.COMPARE);

  /** What becomes of the CRC-32 that an archive records of each of its entries. */
  public enum Crc {
    /** A record with another CRC-32 is refused. */
    COMPARE,
    /** A damaged record is read as it is. */
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

  /** Whether the CRC-32 of each record that is read must be right. */
  public boolean comparesCrc() {
    return crc == Crc.COMPARE;
  }
}
