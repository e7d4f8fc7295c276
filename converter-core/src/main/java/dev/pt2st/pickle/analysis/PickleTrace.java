package dev.pt2st.pickle.analysis;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalUse;
import dev.pt2st.LimitException;
import dev.pt2st.TracedGlobal;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Unpickler;
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
 * @param isText whether it begins as a text does
 * @param stopped whether it has an instruction at which every unpickler stops
 * @param crossesFrame whether an instruction crosses the end of its frame, so that unpicklers
 *     differ in what they see of the stream
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
    boolean isText,
    boolean stopped,
    boolean crossesFrame,
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
   * announces itself, or that is read to its end, counts with all of them. Another one may be
   * anything: of it those count that an unpickler would reach; and of what may be a text only those
   * with names as Python has them, that are used or whose module does something when it is named.
   */
  public List<TracedGlobal> evidentGlobals() {
    return announced || isSound()
        ? globals
        : globals.stream()
            .filter(global -> !global.behindBreak())
            .filter(global -> !isText || isEvidentInText(global))
            .toList();
  }

  /**
   * The globals of {@link #evidentGlobals} that have names as Python writes them. In a storage any
   * bytes may stand, and one of a million begins as a pickle that names something.
   */
  public List<TracedGlobal> globalsInData() {
    return evidentGlobals().stream().filter(global -> global.written().isIdentifier()).toList();
  }

  private static boolean isEvidentInText(TracedGlobal global) {
    return global.written().isIdentifier()
        && (global.use() != GlobalUse.NAMED || runsWhenImported(global.written().module()));
  }

  /** Modules of Python that are programs: to name anything in them is to run them. */
  private static boolean runsWhenImported(String module) {
    return module.equals("antigravity") || module.endsWith(".__main__");
  }

  /**
   * Whether there is reason to take these bytes for a pickle. What has neither PROTO nor a global
   * that an unpickler would reach is one all the same where more of it was not followed, where
   * unpicklers differ in what they see, and where one that goes on reads it to its end.
   */
  public boolean isEvident() {
    return announced
        || problem instanceof LimitException
        || crossesFrame
        || (complete && problem != null && !stopped && !isText)
        || !evidentGlobals().isEmpty();
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
