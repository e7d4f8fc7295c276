package dev.pt2st.units;

/** Estimates what the work on a unit costs, before anything of its file is known but its size. */
public final class UnitWeight {
  /** What could be read while one request to a store is waited for: some 50 ms at 80 MB/s. */
  private static final long REQUEST = 4 << 20;

  /** What it costs to open a file of a disk. */
  private static final long OPEN = 1 << 16;

  /** A scan reads every header of a checkpoint, in blocks. */
  private static final long BYTES_OF_A_REQUEST = 16 << 20;

  private static final long FEWEST_REQUESTS = 3;

  private UnitWeight() {}

  /**
   * The weight of a unit. All of a file counts for a scan too, though most are passed over: whether
   * a file has to be read to its end is known only when it is open.
   *
   * @param size in bytes; negative if nobody knows
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
