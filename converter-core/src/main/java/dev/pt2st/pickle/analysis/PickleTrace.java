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
 * What one pickle names and does, even if no unpickler would read it to its end.
 *
 * @param globals every global that it names, in the order of the stream
 * @param start offset of its first opcode
 * @param end offset after the part that was followed
 * @param complete whether it was followed to its STOP
 * @param announcement the protocol that it begins by announcing; negative if it announces none
 * @param stopped whether it has an instruction at which every unpickler stops, whatever modules are
 *     installed
 * @param crossesFrame whether an instruction that an unpickler reaches crosses the end of its
 *     frame, so that unpicklers see different streams
 * @param reachesExtension whether an unpickler reaches the extension registry
 * @param opcodes the number of opcodes
 * @param onlyImportFails whether unpicklers stop only because a module cannot be imported
 * @param problem the first problem at which an unpickler stops, or the trace itself did; null if
 *     there is none
 */
public record PickleTrace(
    List<TracedGlobal> globals,
    long start,
    long end,
    boolean complete,
    int announcement,
    boolean stopped,
    boolean crossesFrame,
    boolean reachesExtension,
    long opcodes,
    boolean onlyImportFails,
    @Nullable CheckpointException problem) {
  private static final byte PROTO = (byte) 0x80;

  /** The first protocol that announces itself with an opcode. */
  private static final int LOWEST_ANNOUNCED = 2;

  /** No higher protocol is to be expected; bytes that announce one are seldom a pickle. */
  private static final int HIGHEST_EXPECTED = 31;

  public PickleTrace {
    globals = List.copyOf(globals);
  }

  /** Whether an unpickler would read it to its end, as far as the stack shows. */
  public boolean isSound() {
    return complete && problem == null;
  }

  /** The globals that an unpickler reaches, that is, whose module it imports before it stops. */
  public List<TracedGlobal> reached() {
    return globals.stream().filter(global -> !global.behindBreak()).toList();
  }

  /**
   * The globals that count as findings. In general these are the globals that an unpickler reaches.
   * All globals count in a stream that announces itself, as other readers may continue after its
   * breaks, and in a stream that would be read to its STOP if its modules existed, however odd
   * their names.
   */
  public List<TracedGlobal> counting() {
    return announced() || (complete && !stopped) ? globals : reached();
  }

  /**
   * Whether these bytes do more than name a global that counts, or are a sound pickle otherwise:
   * the first lines of many texts can be read as a name.
   */
  public boolean isMoreThanNames() {
    return announced()
        || (complete && !stopped)
        || counting().stream().anyMatch(global -> global.use() != GlobalUse.NAMED);
  }

  /**
   * The reached globals whose names are Python identifiers. A storage may contain any bytes, and
   * one in a million begins like a pickle that names something.
   */
  public List<TracedGlobal> globalsInData() {
    return counting().stream().filter(global -> global.written().isIdentifier()).toList();
  }

  /** Whether it begins with PROTO and a protocol, even a future one. */
  public boolean announced() {
    return announcement >= LOWEST_ANNOUNCED
        && (announcement <= HIGHEST_EXPECTED || (opcodes > 1 && !stopped));
  }

  /** Whether it announces a protocol that does not exist yet. */
  public boolean isOfTheFuture() {
    return announcement > Unpickler.HIGHEST_PROTOCOL && announced();
  }

  /**
   * Whether these bytes should be treated as a pickle: they announce themselves, or an unpickler
   * reaches a global that it may import. This is also true if they could not be followed far enough
   * to tell.
   */
  public boolean isEvident() {
    return announced()
        || !counting().isEmpty()
        || crossesFrame
        || (reachesExtension && complete && !stopped)
        || (problem instanceof LimitException && !stopped);
  }

  /** Whether bytes may begin a pickle, that is, begin with any opcode. */
  public static boolean mayBegin(byte[] start) {
    return start.length > 0 && Opcode.of(start[0] & 0xff) != null;
  }

  /** Whether bytes begin with PROTO and an existing protocol that announces itself so. */
  public static boolean isAnnounced(byte[] start) {
    return start.length > 1
        && start[0] == PROTO
        && start[1] >= LOWEST_ANNOUNCED
        && start[1] <= Unpickler.HIGHEST_PROTOCOL;
  }
}
