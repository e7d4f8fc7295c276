package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import java.io.IOException;

/** A piece of a copy that can be done by any thread, at any time. */
interface CopyTask {
  void run(ThreadBuffers buffers) throws CheckpointException, IOException;
}
