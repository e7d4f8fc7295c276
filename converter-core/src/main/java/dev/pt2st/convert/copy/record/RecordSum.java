package dev.pt2st.convert.copy.record;

/** Combines the CRC-32 of a record from its parts, which several threads read in any order. */
public interface RecordSum {
  /** The size of the record in bytes. */
  long size();

  /**
   * Adds a part; each byte of the record must be in exactly one.
   *
   * @param crc the CRC-32 of the part alone
   * @param bytesAfter how many bytes of the record follow the part
   */
  void add(int crc, long bytesAfter);
}
