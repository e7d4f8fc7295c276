package dev.pt2st.io.source;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A remote object that is read by ranges: one fixed version of an object in a store or of a file on
 * a server. Safe for use by several threads.
 */
public interface RangeSource extends AutoCloseable {
  /** The name in messages, such as {@code s3://bucket/key} or {@code hf://org/model@commit/a}. */
  ResourceName name();

  /** Its size in bytes. */
  long size();

  /**
   * The identifier of this version: an entity tag or a digest. Each read is bound to it, so it
   * fails if the object has been replaced.
   */
  String version();

  /**
   * Fills the buffer with the bytes from an offset on. It either fills all that remains of the
   * buffer or throws; after an exception the content of the buffer is undefined.
   *
   * @throws SourceException if the bytes of this version cannot be read, after retries if the kind
   *     of failure allows them
   * @throws IndexOutOfBoundsException if the range is not within the object
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  void read(long offset, ByteBuffer target) throws IOException;

  @Override
  void close() throws IOException;
}
