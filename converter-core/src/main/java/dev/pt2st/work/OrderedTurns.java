package dev.pt2st.work;

/**
 * Lets threads do one after the other what must be done in an order: each has a position, and it is
 * its turn when all before it is done.
 */
public final class OrderedTurns {
  private long next;
  private boolean aborted;

  /**
   * @param first the position whose turn is first
   */
  public OrderedTurns(long first) {
    this.next = first;
  }

  /**
   * Waits until it is the turn of a position. An interrupt is left for whoever waits for a file.
   *
   * @return false if it will never be, as a thread has failed
   * @throws IllegalStateException if its turn is over
   */
  public synchronized boolean await(long position) {
    boolean interrupted = false;
    while (!aborted && next < position) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!aborted && next > position) {
      throw new IllegalStateException("position " + position + " comes behind " + next);
    }
    return !aborted;
  }

  /** Says that all before a position is done, by whoever had the turn. */
  public synchronized void done(long position) {
    next = position;
    notifyAll();
  }

  /** Says that a thread has failed, so that nobody waits for it. */
  public synchronized void abort() {
    aborted = true;
    notifyAll();
  }

  /** Whether all before a position is done, and nothing behind it. */
  public synchronized boolean isAt(long position) {
    return next == position && !aborted;
  }
}
