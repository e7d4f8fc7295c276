package dev.pt2st;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * When the pickles of one input must have been read, by {@link Limit#SECONDS}: all of them
 * together, also where the input is an archive of many files.
 */
public final class Deadline {
  private static final long NANOS = 1_000_000_000;

  private final long seconds;
  private final LongSupplier clock;
  private long start;
  private long spent;

  /** Starts now. */
  public Deadline(Limits limits) {
    this(limits, System::nanoTime);
  }

  /**
   * Starts now.
   *
   * @param clock the time in nanoseconds, from any moment
   */
  public Deadline(Limits limits, LongSupplier clock) {
    this.seconds = limits.get(Limit.SECONDS);
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  /** Stops the clock, for work that other limits bound. */
  public void pause() {
    spent += clock.getAsLong() - start;
  }

  /** Lets a stopped clock go on. */
  public void resume() {
    start = clock.getAsLong();
  }

  /** Complains if the time is over; the clock must not be stopped. */
  public void check(Supplier<Place> where) throws LimitException {
    if ((spent + clock.getAsLong() - start) / NANOS >= seconds) {
      throw new LimitException(
          where.get(),
          Limit.SECONDS,
          "reading its pickles takes more than " + seconds + " seconds");
    }
  }
}
