package dev.pt2st.units;

/** Estimates the cost of the work on a unit from the size of its file. */
public final class UnitWeight {
  /** The cost of a request to a store: what could be read in about 50 ms at 80 MB/s. */
  private static final long REQUEST = 4 << 20;

  /** The cost of opening a file on a disk. */
  private static final long OPEN = 1 << 16;

  /**
   * The bytes of a file for each request of a scan, which reads every header of a checkpoint, in
   * blocks.
   */
  private static final long BYTES_OF_A_REQUEST = 16 << 20;

  private static final long FEWEST_REQUESTS = 3;

  private UnitWeight() {}

  /**
   * The weight of a unit in bytes. A whole file counts for a scan too, although most bytes are
   * skipped: whether a file must be read to its end is only known when it is open.
   *
   * @param size the size of the file in bytes; negative if unknown
   * @param isAddress whether the file is in a store
   */
  public static long of(UnitTask task, long size, boolean isAddress) {
    long bytes = Math.max(0, size);
    long passes =
        switch (task) {
          case SCAN, CHECKSUM -> 1;
          case CONVERT, VERIFY -> 2;
        };
    long requests = FEWEST_REQUESTS + bytes / BYTES_OF_A_REQUEST;
    long cost = isAddress ? Math.min(requests * REQUEST, bytes + FEWEST_REQUESTS * REQUEST) : OPEN;
    return bytes > Long.MAX_VALUE / 8 ? Long.MAX_VALUE : passes * (bytes + cost);
  }
}
