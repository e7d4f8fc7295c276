package dev.pt2st;

import java.util.function.Supplier;

/** When the work on one input must be done, by {@link Limit#SECONDS}. */
public final class Deadline {
  private static final long NANOS = 1_000_000_000;

  private final long seconds;
  private final long start = System.nanoTime();

  /** Starts now. */
  public Deadline(Limits limits) {
    this.seconds = limits.get(Limit.SECONDS);
  }

  /** Complains if the time is over. */
  public void check(Supplier<Place> where) throws LimitException {
    if ((System.nanoTime() - start) / NANOS >= seconds) {
      throw new LimitException(
          where.get(),
          Limit.SECONDS,
          "reading its pickles takes more than " + seconds + " seconds");
    }
  }
}
