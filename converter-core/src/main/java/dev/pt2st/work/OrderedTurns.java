package dev.pt2st.work;

/**
 * Makes threads take turns in a fixed order: each has a position, and its turn comes when all work
 * before that position is done.
 */
public final class OrderedTurns {
  private long next;
  private boolean aborted;

  /**
   * @param first the position that has the first turn
   */
  public OrderedTurns(long first) {
    this.next = first;
  }

  /**
   * Waits for the turn of a position. An interrupt does not end the wait; the thread stays
   * interrupted, and its next access to a file fails.
   *
   * @return false if the turn never comes because a thread has failed
   * @throws IllegalStateException if its turn is over already
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

  /** Marks all work before a position as done; called by the thread that has the turn. */
  public synchronized void done(long position) {
    next = position;
    notifyAll();
  }

  /** Marks a thread as failed, so that no other thread waits for it. */
  public synchronized void abort() {
    aborted = true;
    notifyAll();
  }

  /** Whether all work before a position is done, and none after it. */
  public synchronized boolean isAt(long position) {
    return next == position && !aborted;
  }
}
