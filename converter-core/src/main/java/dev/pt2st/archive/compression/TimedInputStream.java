package dev.pt2st.archive.compression;

import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a decoder reads from, with an eye on the clock. Data may consist of millions of streams that
 * are empty: nothing ever comes out of the decoder, so that only its input shows that it works.
 */
public final class TimedInputStream extends FilterInputStream {
  /** Reads of single bytes look at the clock once in so many. */
  private static final int BYTES_PER_LOOK = 1 << 10;

  private final Deadline deadline;
  private final Place place;
  private int single;

  public TimedInputStream(InputStream in, Deadline deadline, Place place) {
    super(in);
    this.deadline = deadline;
    this.place = place;
  }

  /** Carries the complaint through a decoder. */
  static final class OverTimeException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient LimitException problem;

    OverTimeException(LimitException problem) {
      super(problem);
      this.problem = problem;
    }

    LimitException problem() {
      return problem;
    }
  }

  @Override
  public int read() throws IOException {
    if (++single == BYTES_PER_LOOK) {
      single = 0;
      check();
    }
    return super.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    check();
    return super.read(target, offset, length);
  }

  private void check() throws OverTimeException {
    try {
      deadline.check(() -> place);
    } catch (LimitException e) {
      throw new OverTimeException(e);
    }
  }
}
