package dev.pt2st.work;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on several threads and delivers their results in the order of the tasks. Only a
 * bounded number of tasks runs ahead of the result that is waited for.
 */
public final class OrderedTasks {
  private static final int AHEAD = 64;

  private OrderedTasks() {}

  /**
   * Runs the work on each item.
   *
   * @param threads how many run at once, at most as many as there are tasks ahead
   * @param items supplies the next item; null at the end
   * @param work the task; called by several threads at once
   * @param results receives each result, in the caller's thread
   */
  public static <T, R> void run(
      int threads, Supplier<@Nullable T> items, Function<T, R> work, Consumer<R> results) {
    ArrayDeque<Future<R>> ahead = new ArrayDeque<>();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            Math.min(threads, AHEAD), Thread.ofPlatform().daemon().name("file-", 0).factory());
    try {
      T item = items.get();
      while (item != null || !ahead.isEmpty()) {
        if (item != null && ahead.size() < AHEAD) {
          T next = item;
          ahead.add(workers.submit(() -> work.apply(next)));
          item = items.get();
        } else {
          results.accept(result(ahead.remove()));
        }
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private static <R> R result(Future<R> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
