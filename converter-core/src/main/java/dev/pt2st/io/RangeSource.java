package dev.pt2st.io;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that are read by ranges: one fixed version of an object in a store or of a file on a
 * server. All of its methods may be called by several threads at once.
 */
public interface RangeSource extends AutoCloseable {
  /** What messages call it, such as {@code s3://bucket/key} or {@code hf://org/model@commit/a}. */
  ResourceName name();

  /** Its size in bytes. */
  long size();

  /**
   * What tells this version from every other one: an entity tag or a digest. Each read is bound to
   * it: if the object has been replaced, the read fails.
   */
  String version();

  /**
   * Fills the buffer with the bytes from an offset on. It either fills all that remains of the
   * buffer or throws; what the buffer holds after an exception means nothing.
   *
   * @throws SourceException if the bytes of this version cannot be had, after the tries that its
   *     kind of failure is worth
   * @throws IndexOutOfBoundsException if the range is not within the object
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  void read(long offset, ByteBuffer target) throws IOException;

  @Override
  void close() throws IOException;
}
