package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import java.io.IOException;

/** A piece of a copy that can be done by any thread, at any time. */
interface Work {
  void run(WorkBuffers buffers) throws CheckpointException, IOException;
}
