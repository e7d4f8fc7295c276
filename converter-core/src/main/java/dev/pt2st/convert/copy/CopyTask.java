package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import java.io.IOException;

/** A piece of a copy that any thread can do at any time. */
interface CopyTask {
  void run(ThreadBuffers buffers) throws CheckpointException, IOException;
}
