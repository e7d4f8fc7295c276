package dev.pt2st.convert.copy.sink;

import dev.pt2st.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives bytes for any position, from several threads at once. */
public interface Sink {
  /**
   * Consumes the bytes between position and limit of a buffer.
   *
   * @param position of the first byte, relative to the start of the sink
   * @param buffers those of the calling thread; {@code bytes} may be one of them
   * @throws CheckpointException if a checkpoint may not have these bytes here
   */
  void write(ByteBuffer bytes, long position, ThreadBuffers buffers)
      throws CheckpointException, IOException;
}
