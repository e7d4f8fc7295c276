package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.checkpoint.Checkpoint;

/** Looks at what the pickles of a part say before anything is made of it. */
@FunctionalInterface
public interface PartCheck {
  /**
   * Looks at a part.
   *
   * @throws CheckpointException if a conversion would refuse it
   */
  void check(Checkpoint part) throws CheckpointException;
}
