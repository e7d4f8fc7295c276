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
 * Work done by several threads whose results come in the order of the work, with only so many ahead
 * of the one that is waited for.
 */
public final class OrderedTasks {
  private static final int AHEAD = 64;

  private OrderedTasks() {}

  /**
   * Does work on each item.
   *
   * @param threads how many work at once; more than there is work ahead are not started
   * @param items gives the next one; null at the end
   * @param work what is done, by several threads at once
   * @param results hears of each result, in the caller's thread
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
