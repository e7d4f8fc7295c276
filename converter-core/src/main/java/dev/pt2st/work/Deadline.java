package dev.pt2st.work;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time by which the work on one input must end, by {@link Limit#SECONDS}. Each input has one
 * deadline: all pickles, archives and compressed files in it count together.
 *
 * <p>It bounds all work that the bytes of the input can prolong: reading headers and directories,
 * reading or tracing pickles, unpacking, and the search for hidden content. It does not bound the
 * copying of tensors, whose bytes other limits count ({@link Limit#EXPANSION}, {@link
 * Limit#RATIO}), nor the comparison and the digest of these bytes: a model of 200 GB may be copied
 * for as long as the disk takes.
 *
 * <p>A small file gets less time than a large one: {@value #SMALL_FILE_SECONDS} of the default's 60
 * seconds, and as much again for each {@value #SMALL_FILE} bytes, up to the limit. An honest file
 * of 1 MB is read in a few milliseconds. A higher limit raises this share too.
 *
 * <p>May be used by several threads.
 */
public final class Deadline {
  private static final long NANOS = 1_000_000_000;
  private static final long SMALL_FILE_SECONDS = 8;
  private static final long SMALL_FILE = 8L << 20;

  /** Bytes a second at which even slow methods unpack (bzip2, or LZMA2 of incompressible data). */
  private static final long SLOW_UNPACKING = 4L << 20;

  private final LongSupplier clock;
  private final long start;
  private final AtomicLong nanos;

  /** Starts now, for an input of any size. */
  public Deadline(Limits limits) {
    this(limits, Long.MAX_VALUE, System::nanoTime);
  }

  /**
   * Starts the time now.
   *
   * @param size bytes of the input
   */
  public Deadline(Limits limits, long size) {
    this(limits, size, System::nanoTime);
  }

  /**
   * Starts the time now.
   *
   * @param size bytes of the input
   * @param clock the time in nanoseconds since any fixed moment
   */
  public Deadline(Limits limits, long size, LongSupplier clock) {
    this.nanos = new AtomicLong(nanosFor(limits.get(Limit.SECONDS), size));
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  private static long nanosFor(long seconds, long size) {
    long most = Math.min(seconds, Long.MAX_VALUE / 2 / NANOS) * NANOS;
    long higher = Math.max(1, seconds / Limit.SECONDS.standard());
    double whole = (double) (SMALL_FILE_SECONDS * higher) * NANOS;
    double share = whole * (1 + (double) size / (double) SMALL_FILE);
    return (long) Math.min((double) most, share);
  }

  /**
   * Adds the time that unpacking an honest file of this size takes: a compressed model of many
   * gigabytes needs more seconds than a small file should get.
   *
   * @param compressed bytes that have been read and decompressed
   */
  public void allowForUnpacking(long compressed) {
    nanos.addAndGet((long) ((double) compressed * (double) NANOS / (double) SLOW_UNPACKING));
  }

  /** Throws if the time is over. */
  public void check(Supplier<Place> where) throws LimitException {
    if (clock.getAsLong() - start >= nanos.get()) {
      throw new LimitException(
          where.get(),
          Limit.SECONDS,
          "looking into it takes more than " + nanos.get() / NANOS + " seconds");
    }
  }
}
