package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.pickle.Value;

/** Rebuilds in Java the value that a listed Python class or function would make. */
@FunctionalInterface
interface Constructor {
  Value make(Call call) throws CheckpointException;
}
