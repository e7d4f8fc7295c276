package dev.pt2st;

/**
 * Hears how the unpacking of an input goes on: of one compressed file, or one member of an archive,
 * after the other.
 */
public interface UnpackingListener {
  /** Hears nothing. */
  UnpackingListener NONE = new UnpackingListener() {};

  /**
   * The next file is about to be unpacked.
   *
   * @param input the file of the user that it is or lies in
   * @param bytes how many there will be in all: of a compressed file, whose content is of unknown
   *     size, those that it has; of a member of an archive those that it unpacks to
   */
  default void unpacking(ResourceName input, long bytes) {}

  /** That many more of these bytes are done. */
  default void unpacked(long bytes) {}
}
