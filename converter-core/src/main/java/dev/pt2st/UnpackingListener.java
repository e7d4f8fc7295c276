package dev.pt2st;

/**
 * Is notified of the progress of unpacking an input: one compressed file, or one member of an
 * archive, after the other.
 */
public interface UnpackingListener {
  /** Ignores everything. */
  UnpackingListener NONE = new UnpackingListener() {};

  /**
   * The next file is about to be unpacked.
   *
   * @param input the user's file: the file itself, or the one that contains it
   * @param bytes the total that {@link #unpacked} will count to: for a compressed file, its
   *     compressed size, since the size of its content is unknown; for a member of an archive, its
   *     unpacked size
   */
  default void unpacking(ResourceName input, long bytes) {}

  /** So many more of these bytes are done. */
  default void unpacked(long bytes) {}
}
