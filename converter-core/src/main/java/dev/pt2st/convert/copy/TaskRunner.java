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
    run(work, bytes, own, () -> {});
  }

  /**
   * The same of pieces that wait for one another.
   *
   * @param onFailure is called by each thread that fails, before that is known to others
   */
  static void run(List<CopyTask> work, long bytes, ThreadBuffers own, Runnable onFailure)
      throws CheckpointException, IOException {
    ParallelTasks.run(
        work.size(),
        bytes,
        MOST_THREADS,
        piece -> run(work.get(piece), own, onFailure),
        () -> {
          try {
            ThreadBuffers buffers = new ThreadBuffers();
            return piece -> run(work.get(piece), buffers, onFailure);
          } catch (RuntimeException | Error e) {
            onFailure.run();
            throw e;
          }
        });
  }

  private static void run(CopyTask task, ThreadBuffers buffers, Runnable onFailure)
      throws CheckpointException, IOException {
    try {
      task.run(buffers);
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      onFailure.run();
      throw e;
    }
  }
}
