package dev.pt2st.work;

import dev.pt2st.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs numbered pieces of work on a few threads; the first failure ends all of them. */
public final class ParallelTasks {
  /** Starting a thread costs more than reading this much. */
  private static final long WORTH_A_THREAD = 8L << 20;

  private ParallelTasks() {}

  /** The work of one thread, with its own buffers. */
  @FunctionalInterface
  public interface Worker {
    /** Works on one piece. */
    void work(int piece) throws CheckpointException, IOException;
  }

  /**
   * Runs all pieces, and returns when they are done.
   *
   * @param pieces how many there are; they are numbered from 0 and begun in this order
   * @param bytes about how many bytes are read in all: few are not worth another thread
   * @param most the most threads, if there are as many processors
   * @param workers makes the worker of each thread
   * @throws CheckpointException if a piece throws it
   * @throws IOException if a piece throws it
   */
  public static void run(int pieces, long bytes, int most, Supplier<? extends Worker> workers)
      throws CheckpointException, IOException {
    run(pieces, bytes, most, workers.get(), workers);
  }

  /**
   * Runs all pieces, with a worker that may have been used before.
   *
   * @param own the worker of the calling thread, which works too
   * @param workers makes the worker of each other thread
   * @throws CheckpointException if a piece throws it
   * @throws IOException if a piece throws it
   */
  public static void run(
      int pieces, long bytes, int most, Worker own, Supplier<? extends Worker> workers)
      throws CheckpointException, IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = (int) Math.max(1, Math.min(Math.min(most, processors), bytes / WORTH_A_THREAD));
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Consumer<Supplier<? extends Worker>> loop =
        maker -> {
          try {
            Worker worker = maker.get();
            int piece = next.getAndIncrement();
            while (piece < pieces && failure.get() == null) {
              worker.work(piece);
              piece = next.getAndIncrement();
            }
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        };
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      try {
        others.add(
            Thread.ofPlatform().daemon().name("worker-" + i).start(() -> loop.accept(workers)));
      } catch (OutOfMemoryError e) {
        // The system gives no more threads, so the existing ones do all the work.
        break;
      }
    }
    loop.accept(() -> own);
    others.forEach(ParallelTasks::join);
    rethrow(failure.get());
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws CheckpointException, IOException {
    switch (failure) {
      case null -> {}
      case CheckpointException e -> throw e;
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
