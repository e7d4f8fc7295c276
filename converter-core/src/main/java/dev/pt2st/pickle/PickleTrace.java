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
  private static final byte PROTO = (byte) 0x80;

  public PickleTrace {
    globals = List.copyOf(globals);
  }

  /** Whether an unpickler would read it to its end, as far as the stack tells. */
  public boolean isSound() {
    return complete && problem == null;
  }

  /**
   * The globals that count where nothing but these bytes says that here is a pickle. A stream that
   * announces itself counts with all of them. One without PROTO may be any text: of it those count
   * that an unpickler would reach, with names as Python has them, if they are used or if the stream
   * is read to its end.
   */
  public List<TracedGlobal> evidentGlobals() {
    return announced
        ? globals
        : globals.stream()
            .filter(global -> !global.behindBreak() && global.written().isIdentifier())
            .filter(global -> global.use() != GlobalValue.Use.NAMED || isSound())
            .toList();
  }

  /** Whether bytes may begin a pickle: with PROTO and a protocol, or with any other opcode. */
  public static boolean mayBegin(byte[] start) {
    return isAnnounced(start)
        || (start.length > 0 && start[0] != PROTO && Opcode.of(start[0] & 0xff) != null);
  }

  /** Whether bytes begin with PROTO and a protocol that there is. */
  public static boolean isAnnounced(byte[] start) {
    return start.length > 1
        && start[0] == PROTO
        && start[1] >= 0
        && start[1] <= Unpickler.HIGHEST_PROTOCOL;
  }
}
