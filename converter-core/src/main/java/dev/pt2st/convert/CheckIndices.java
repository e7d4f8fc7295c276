package dev.pt2st.convert;

import dev.pt2st.MalformedException;

/** Checks the indices of a sparse tensor that is written as its components. */
final class CheckIndices implements Work {
  private final Placement placement;

  CheckIndices(Placement placement) {
    this.placement = placement;
  }

  @Override
  public void run(WorkBuffers buffers) throws MalformedException {
    placement.check();
    Placement.Cursor cursor = placement.from(0);
    long[] starts = new long[NumberReader.MOST];
    for (long entry = 0; entry < placement.entries(); entry += starts.length) {
      cursor.next(starts, (int) Math.min(starts.length, placement.entries() - entry));
    }
  }
}
