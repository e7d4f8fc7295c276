package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.util.List;

/** Runs pieces of work on a few threads, each with its own buffers. */
final class TaskRunner {
  /** More threads would only wait for memory and disk. */
  private static final int MOST_THREADS = 4;

  private TaskRunner() {}

  /**
   * Runs all pieces of work; the first failure ends it.
   *
   * @param bytes the number of bytes to copy
   * @param own the buffers of the calling thread, which works too
   */
  static void run(List<CopyTask> work, long bytes, ThreadBuffers own)
      throws CheckpointException, IOException {
    run(work, bytes, own, () -> {});
  }

  /**
   * Runs pieces of work that may wait for each other.
   *
   * @param onFailure called by each thread that fails, before other threads learn of the failure
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
