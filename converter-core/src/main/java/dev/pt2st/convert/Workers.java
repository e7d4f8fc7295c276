package dev.pt2st.convert;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does pieces of work on a few threads; the first failure ends all of them. */
final class Workers {
  /** More threads than this wait for memory and disk, not for each other. */
  private static final int MOST_THREADS = 4;

  /** Starting a thread costs more than copying this much. */
  private static final long WORTH_A_THREAD = 8L << 20;

  private Workers() {}

  /**
   * Does all pieces of work.
   *
   * @param bytes how much work they are
   * @param own the buffers of the calling thread, which works too
   */
  static void run(List<Work> work, long bytes, WorkBuffers own) throws IOException {
    int threads =
        (int)
            Math.max(
                1,
                Math.min(
                    Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                    bytes / WORTH_A_THREAD));
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Consumer<WorkBuffers> loop =
        buffers -> {
          try {
            int index = next.getAndIncrement();
            while (index < work.size() && failure.get() == null) {
              work.get(index).run(buffers);
              index = next.getAndIncrement();
            }
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        };
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      try {
        others.add(
            Thread.ofPlatform()
                .daemon()
                .name("copy-" + i)
                .start(() -> loop.accept(new WorkBuffers())));
      } catch (OutOfMemoryError e) {
        // The system gives no more threads: those there are do all the work.
        break;
      }
    }
    loop.accept(own);
    others.forEach(Workers::join);
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

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
