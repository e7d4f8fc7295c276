package dev.pt2st.pickle;

import dev.pt2st.CheckpointException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one pickle names and does, whether or not an unpickler would read it to its end.
 *
 * @param globals every global that it names, in the order of the stream
 * @param start offset of its first opcode
 * @param end offset behind what could be told apart
 * @param complete whether it was followed to its STOP
 * @param announced whether it begins with PROTO and a protocol that there is
 * @param opcodes how many there are
 * @param problem the first place where an unpickler stops, or where the trace itself did; null if
 *     there is none
 */
public record PickleTrace(
    List<TracedGlobal> globals,
    long start,
    long end,
    boolean complete,
    boolean announced,
    long opcodes,
    @Nullable CheckpointException problem) {
  public PickleTrace {
    globals = List.copyOf(globals);
  }

  /** Whether an unpickler would read it to its end, as far as the stack tells. */
  public boolean isSound() {
    return complete && problem == null;
  }
}
