package dev.pt2st.migrate.work;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The bytes of a unit of which a listener hears: all that the plan counts and no more, whatever
 * becomes of it and however often its files are gone through. Called by several threads.
 */
public final class UnitBytes implements LongConsumer {
  private final AtomicLong left;
  private final LongConsumer listener;

  /**
   * @param bytes that the plan counts
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

  /** Says that the work has ended. */
  public void end() {
    accept(Long.MAX_VALUE);
  }
}
