package dev.pt2st.migrate.content;

import dev.pt2st.convert.ProgressListener;
import java.util.function.LongConsumer;

/**
 * Converts the progress of the passes over one source (copy, comparison, digest) to bytes of the
 * source, so that each source counts once. Thread-safe.
 */
public final class UnitProgress implements ProgressListener {
  private final LongConsumer listener;
  private final long bytes;
  private final int passes;
  private int pass;
  private long planned;
  private long done;
  private long reported;

  /**
   * @param listener receives the number of further bytes of the source
   * @param bytes the size of the source
   * @param passes the number of passes over it
   */
  public UnitProgress(LongConsumer listener, long bytes, int passes) {
    this.listener = listener;
    this.bytes = bytes;
    this.passes = passes;
  }

  @Override
  public synchronized void planned(long passBytes) {
    pass = Math.min(passes, pass + 1);
    planned = Math.max(1, passBytes);
    done = 0;
  }

  @Override
  public synchronized void written(long more) {
    done = Math.min(planned, done + more);
    report((long) (bytes * ((pass - 1 + (double) done / planned) / passes)));
  }

  /** Reports all remaining bytes when the work has ended in any way. */
  public synchronized void end() {
    report(bytes);
  }

  private void report(long total) {
    if (total > reported) {
      listener.accept(total - reported);
      reported = total;
    }
  }
}
