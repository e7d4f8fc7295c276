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
 * @param end offset behind what was followed
 * @param complete whether it was followed to its STOP
 * @param announcement the protocol that it begins by announcing; negative if it announces none
 * @param stopped whether it has an instruction at which every unpickler stops, whatever modules
 *     there are
 * @param crossesFrame whether an instruction that an unpickler reaches crosses the end of its
 *     frame, so that unpicklers differ in what they see of the stream
 * @param reachesExtension whether an unpickler reaches the extension registry
 * @param opcodes how many there are
 * @param onlyImportFails whether the name of a module is all that keeps unpicklers from reading on
 * @param problem the first place where an unpickler stops, or where the trace itself did; null if
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

  /** The first protocol that has an opcode to announce itself with. */
  private static final int LOWEST_ANNOUNCED = 2;

  /** Higher protocols than these nobody will see; bytes that say so are seldom a pickle's. */
  private static final int HIGHEST_EXPECTED = 31;

  public PickleTrace {
    globals = List.copyOf(globals);
  }

  /** Whether an unpickler would read it to its end, as far as the stack tells. */
  public boolean isSound() {
    return complete && problem == null;
  }

  /** The globals that an unpickler gets to: whose module it imports before it stops. */
  public List<TracedGlobal> reached() {
    return globals.stream().filter(global -> !global.behindBreak()).toList();
  }

  /**
   * The globals that count: those that an unpickler gets to. All of them count in a stream that
   * announces itself, as other readers may go on behind its breaks, and in one that would be read
   * to its STOP if only its modules were there, odd as their names are.
   */
  public List<TracedGlobal> counting() {
    return announced() || (complete && !stopped) ? globals : reached();
  }

  /**
   * Whether these bytes do more than name something that counts, or are a pickle in all else too:
   * the first lines of many a text can be read as a name.
   */
  public boolean isMoreThanNames() {
    return announced()
        || (complete && !stopped)
        || counting().stream().anyMatch(global -> global.use() != GlobalUse.NAMED);
  }

  /**
   * The reached globals that have names as Python writes them. In a storage any bytes may stand,
   * and one of a million begins as a pickle that names something.
   */
  public List<TracedGlobal> globalsInData() {
    return counting().stream().filter(global -> global.written().isIdentifier()).toList();
  }

  /**
   * Whether it begins with PROTO and a protocol that is announced so, be it one that there is not
   * yet.
   */
  public boolean announced() {
    return announcement >= LOWEST_ANNOUNCED
        && (announcement <= HIGHEST_EXPECTED || (opcodes > 1 && !stopped));
  }

  /** Whether it announces a protocol that there is not yet. */
  public boolean isOfTheFuture() {
    return announcement > Unpickler.HIGHEST_PROTOCOL && announced();
  }

  /**
   * Whether there is reason to take these bytes for a pickle: it says so, or an unpickler gets to
   * something that may import. So does what could not be followed far enough to tell.
   */
  public boolean isEvident() {
    return announced()
        || !counting().isEmpty()
        || crossesFrame
        || (reachesExtension && complete && !stopped)
        || (problem instanceof LimitException && !stopped);
  }

  /** Whether bytes may begin a pickle: with any opcode. */
  public static boolean mayBegin(byte[] start) {
    return start.length > 0 && Opcode.of(start[0] & 0xff) != null;
  }

  /** Whether bytes begin with PROTO and a protocol that there is and that is announced so. */
  public static boolean isAnnounced(byte[] start) {
    return start.length > 1
        && start[0] == PROTO
        && start[1] >= LOWEST_ANNOUNCED
        && start[1] <= Unpickler.HIGHEST_PROTOCOL;
  }
}
