package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.util.List;

/** Does pieces of work on a few threads, each with buffers of its own. */
final class TaskRunner {
  /** More threads than this wait for memory and disk, not for each other. */
  private static final int MOST_THREADS = 4;

  private TaskRunner() {}

  /**
   * Does all pieces of work; the first failure ends it.
   *
   * @param bytes how much work they are
   * @param own the buffers of the calling thread, which works too
   */
  static void run(List<CopyTask> work, long bytes, ThreadBuffers own)
      throws CheckpointException, IOException {
    ParallelTasks.run(
        work.size(),
        bytes,
        MOST_THREADS,
        piece -> work.get(piece).run(own),
        () -> {
          ThreadBuffers buffers = new ThreadBuffers();
          return piece -> work.get(piece).run(buffers);
        });
  }
}
