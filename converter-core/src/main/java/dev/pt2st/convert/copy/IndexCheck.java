package dev.pt2st.convert.copy;

import dev.pt2st.MalformedException;
import dev.pt2st.convert.copy.sink.ThreadBuffers;

/** Checks the indices of a sparse tensor that is written as its components. */
final class IndexCheck implements CopyTask {
  private final Placement placement;

  IndexCheck(Placement placement) {
    this.placement = placement;
  }

  @Override
  public void run(ThreadBuffers buffers) throws MalformedException {
    placement.check();
    Placement.Cursor cursor = placement.from(0);
    long[] starts = new long[NumberReader.MOST];
    for (long entry = 0; entry < placement.entries(); entry += starts.length) {
      cursor.next(starts, (int) Math.min(starts.length, placement.entries() - entry));
    }
  }
}
