package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes at any place, from several threads at once. */
interface Sink {
  /**
   * Takes the bytes between position and limit of a buffer, and leaves none in it.
   *
   * @param position of the first, counted from where the sink begins
   * @param buffers those of the thread; {@code bytes} may be one of them
   * @throws CheckpointException if the bytes are none that a checkpoint may have here
   */
  void write(ByteBuffer bytes, long position, ThreadBuffers buffers)
      throws CheckpointException, IOException;
}
