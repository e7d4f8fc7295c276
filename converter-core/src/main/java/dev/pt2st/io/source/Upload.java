package dev.pt2st.io.source;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object that is being written to a store. Closing it without a commit leaves nothing behind.
 */
public interface Upload extends AutoCloseable {
  /** Sends a piece; pieces must be in order and without gaps. */
  void write(ByteBuffer piece, long offset) throws IOException;

  /** Sends all buffered bytes. Only {@link #commit} or {@link #close} may follow. */
  void finish() throws IOException;

  /** Makes the object visible in one step. */
  void commit() throws IOException;

  /** Undoes everything, unless it was committed. */
  @Override
  void close() throws IOException;
}
