package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.pickle.Value;

/** Rebuilds in Java what a listed class or function of Python would have made. */
@FunctionalInterface
interface Constructor {
  Value make(Call call) throws CheckpointException;
}
