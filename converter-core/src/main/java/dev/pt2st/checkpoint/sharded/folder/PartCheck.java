package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.Checkpoint;

/** Checks the pickles of a part before the part is used. */
@FunctionalInterface
public interface PartCheck {
  /**
   * Checks a part.
   *
   * @throws CheckpointException if a conversion would refuse it
   */
  void check(Checkpoint part) throws CheckpointException;
}
