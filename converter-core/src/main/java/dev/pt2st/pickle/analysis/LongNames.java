package dev.pt2st.pickle.analysis;

/**
 * Limits the bytes of long names that are decoded: a memo can return the same name any number of
 * times.
 */
final class LongNames {
  /** Names of fewer bytes are always decoded. */
  private static final long LONG_NAME = 1024;

  /** Total bytes of long names that are decoded; a global with a further long name is unknown. */
  static final long MOST_LONG_NAMES = 16 << 20;

  private long longNames;

  /** Whether a name may be decoded once more. */
  boolean isAffordable(long nameBytes) {
    longNames += nameBytes > LONG_NAME ? nameBytes : 0;
    return nameBytes <= LONG_NAME || longNames <= MOST_LONG_NAMES;
  }
}
