package dev.pt2st.migrate.work;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Reports the bytes of a unit to a listener: exactly as many as the plan counts, whatever the
 * result is and however often its files are read. Thread-safe.
 */
public final class UnitBytes implements LongConsumer {
  private final AtomicLong left;
  private final LongConsumer listener;

  /**
   * @param bytes the bytes that the plan counts
   */
  public UnitBytes(long bytes, LongConsumer listener) {
    this.left = new AtomicLong(bytes);
    this.listener = listener;
  }

  @Override
  public void accept(long bytes) {
    long before = left.getAndUpdate(now -> Math.max(0, now - bytes));
    long heard = Math.min(before, bytes);
    if (heard > 0) {
      listener.accept(heard);
    }
  }

  /** Reports the remaining bytes when the work has ended. */
  public void end() {
    accept(Long.MAX_VALUE);
  }
}
