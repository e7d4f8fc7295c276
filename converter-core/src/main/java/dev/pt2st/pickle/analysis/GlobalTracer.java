package dev.pt2st.pickle.analysis;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Python2Names;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.analysis.InstructionReader.Reading;
import dev.pt2st.work.Deadline;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows a pickle to find which globals it names and what it does with them. It refuses nothing
 * and continues after what the {@link Unpickler} rejects. So a stream that breaks after its payload
 * has run, or that is made to break one reader only, hides nothing from it. If an opcode crosses
 * the end of its frame, it follows both readings. The work is limited: when a limit is reached, the
 * answer is what was seen so far.
 */
public final class GlobalTracer {
  private static final int OPCODES_PER_LOOK_AT_THE_CLOCK = 1 << 12;

  /** Approximate heap bytes of a global with its names and first calls. */
  private static final long GLOBAL_BYTES = 1024;

  private static final int MOST_CALLS = 4;

  /** A global whose effect depends on its arguments, so all of them are kept. */
  private static final String DECIDED_BY_ARGUMENTS = "getattr";

  private static final int MEMO_SLACK = 1000;

  /** Represents a name that the stream computes in a way that cannot be followed. */
  private static final GlobalName UNKNOWN = new GlobalName("?", "?");

  private record Key(GlobalName name, GlobalName written) {}

  /** What is known of a global so far. */
  private static final class Seen {
    final Opcode opcode;
    final long offset;
    boolean behindBreak = true;
    final List<TracedGlobal.TracedCall> calls = new ArrayList<>(1);
    GlobalUse use = GlobalUse.NAMED;
    long uses;

    /**
     * The distinct arguments of its calls, if its effect depends on them; incomplete if there are
     * more.
     */
    final Set<String> arguments = new TreeSet<>();

    boolean manyArguments;

    Seen(Opcode opcode, long offset) {
      this.opcode = opcode;
      this.offset = offset;
    }
  }

  private final ByteCursor in;
  private final Place place;
  private final Limits limits;
  private final Deadline deadline;
  private final Consumer<GivenBytes> given;
  private final boolean beyondStops;
  private final SymbolicBytes bytesOf = new SymbolicBytes();
  private final Map<Key, Seen> globals = new LinkedHashMap<>();
  private final long start;
  private long opcodes;
  private long protocol;
  private int announcement = -1;
  private boolean stopped;

  /**
   * Whether a module was imported that cannot exist; unpicklers without such a module stop there.
   */
  private boolean importFailed;

  private boolean crossesFrame;
  private boolean reachesExtension;
  private @Nullable CheckpointException problem;
  private @Nullable CheckpointException importProblem;

  private GlobalTracer(
      ByteCursor in,
      Limits limits,
      Deadline deadline,
      boolean beyondStops,
      Consumer<GivenBytes> given) {
    this.beyondStops = beyondStops;
    this.given = given;
    this.in = in;
    this.place = in.place();
    this.limits = limits;
    this.deadline = deadline;
    this.start = in.offset();
  }

  /**
   * Bytes that are an argument of a call.
   *
   * @param callee as resolved
   * @param offset of the call's opcode
   * @param bytes as in the stream, or decoded
   */
  public record GivenBytes(GlobalName callee, long offset, MemorySegment bytes) {}

  /**
   * Follows one pickle as far as its bytes can be read as instructions, even after an instruction
   * at which every unpickler stops.
   *
   * @param in at its first opcode; afterwards, it is after STOP, or where the pickle could not be
   *     followed any further
   */
  public static PickleTrace trace(ByteCursor in, Limits limits, Deadline deadline) {
    return new GlobalTracer(in, limits, deadline, true, given -> {}).trace();
  }

  /**
   * Follows bytes that may or may not be a pickle, as far as some unpickler gets. Only bytes that
   * announce themselves as a pickle are followed further.
   *
   * @param given is given all bytes that are an argument of a call, as they may be another pickle
   */
  public static PickleTrace reach(
      ByteCursor in, Limits limits, Deadline deadline, Consumer<GivenBytes> given) {
    return new GlobalTracer(in, limits, deadline, false, given).trace();
  }

  private PickleTrace trace() {
    long from = in.position();
    boolean complete = follow(new Disassembler(in, limits, Reading.TO_THE_END));
    long all = opcodes;
    long end = in.offset();
    int begins = announcement;
    boolean stops = stopped;
    if (crossesFrame) {
      followByFrames(from);
    }
    List<TracedGlobal> traced = new ArrayList<>(globals.size());
    globals.forEach((key, seen) ->
        traced.add(
            new TracedGlobal(
                key.name,
                key.written,
                seen.use,
                seen.opcode.name(),
                seen.offset,
                seen.uses,
                seen.calls,
                seen.manyArguments ? List.of() : List.copyOf(seen.arguments),
                seen.behindBreak)));
    return new PickleTrace(
        traced,
        start,
        end,
        complete,
        begins,
        stops,
        crossesFrame,
        reachesExtension,
        all,
        problem == null && importProblem != null,
        problem == null ? importProblem : problem);
  }

  /** Whether STOP was reached. */
  private boolean follow(Disassembler disassembler) {
    long from = in.position();
    opcodes = 0;
    protocol = 0;
    stopped = false;
    importFailed = false;
    try {
      while (disassembler.hasNext()) {
        Disassembler.Step step = disassembler.next();
        boolean reached = !stopped && !importFailed;
        follow(step, reached);
        crossesFrame |= (reached || beyondStops) && disassembler.hasCrossedFrame();
        if (stopped && !beyondStops && announcement < 0) {
          in.position(from + step.instruction().offset() - start + 1);
          return false;
        }
      }
      return true;
    } catch (MalformedException | LimitException e) {
      note(e);
      return false;
    }
  }

  /** Also notes the globals of the other reading; does not move the cursor. */
  private void followByFrames(long from) {
    long end = in.position();
    try {
      in.position(from);
      follow(new Disassembler(in, limits, Reading.BY_FRAMES));
      in.position(end);
    } catch (MalformedException e) {
      throw new IllegalStateException("it was there before", e);
    }
  }

  /** Keeps the first problem. */
  private void note(CheckpointException found) {
    if (problem == null) {
      problem = found;
    }
  }

  /**
   * @param reached whether an unpickler gets to the instruction
   */
  private void follow(Disassembler.Step step, boolean reached) throws LimitException {
    Instruction instruction = step.instruction();
    opcodes++;
    if (opcodes > limits.get(Limit.OPCODES)) {
      throw new LimitException(
          place.at(instruction.offset()),
          Limit.OPCODES,
          "the pickle has more than " + limits.get(Limit.OPCODES) + " opcodes");
    }
    if (opcodes % OPCODES_PER_LOOK_AT_THE_CLOCK == 0) {
      deadline.check(() -> place.at(instruction.offset()));
    }
    String stops = step.effect().problem();
    if (stops != null && problem == null) {
      note(new MalformedException(place.at(instruction.offset()), stops));
    }
    stopped |= step.effect().certain();
    // Writers count their objects, so no index exceeds the number of opcodes before it. A larger
    // one makes readers that keep the memo as an array allocate memory.
    long index = step.effect().memo();
    if (index > opcodes + MEMO_SLACK && step.effect().fromMemo() == null) {
      note(
          new MalformedException(
              place.at(instruction.offset()),
              "a memo index of " + index + ", far beyond what any writer makes"));
    }
    if (instruction.opcode() == Opcode.PROTO
        && instruction.argument() instanceof Argument.Whole(long number)) {
      protocol = number;
      announcement = opcodes == 1 ? (int) number : announcement;
    }
    see(instruction, step.effect(), reached);
  }

  /**
   * @param reached whether an unpickler gets to the instruction
   */
  private void see(Instruction instruction, SymbolicEffect effect, boolean reached)
      throws LimitException {
    boolean imports = false;
    switch (instruction.opcode()) {
      case EXT1, EXT2, EXT4 -> reachesExtension |= reached;
      case GLOBAL, STACK_GLOBAL -> imports = reached && !effect.certain();
      // The unpickler written in Python imports before it searches for the mark.
      case INST -> imports = reached && ArgumentCheck.mayBeTaken(instruction);
      default -> {}
    }
    GlobalName written = effect.global();
    boolean isKnown = written != null;
    if (written == null) {
      if (effect.use() != GlobalUse.NAMED && instruction.opcode() != Opcode.INST) {
        return;
      }
      written = UNKNOWN;
    }
    GlobalName name = protocol < 3 ? Python2Names.toPython3(written) : written;
    if (imports && isKnown) {
      ImportOutcome outcome = ImportOutcome.of(name);
      imports = outcome != ImportOutcome.FAILS;
      if (outcome != ImportOutcome.MAY_SUCCEED) {
        importFailed = true;
        if (importProblem == null) {
          importProblem =
              new MalformedException(
                  place.at(instruction.offset()),
                  "it imports a module of a name that none can have");
        }
      }
    }
    Key key = new Key(name, written);
    Seen seen = globals.get(key);
    if (seen == null) {
      if (globals.size() >= limits.get(Limit.HEAP_BYTES) / GLOBAL_BYTES) {
        throw new LimitException(
            place.at(instruction.offset()),
            Limit.HEAP_BYTES,
            "the pickle names more than " + globals.size() + " globals");
      }
      seen = new Seen(instruction.opcode(), instruction.offset());
      globals.put(key, seen);
    }
    seen.behindBreak &= !imports;
    seen.uses++;
    GlobalUse use = effect.use();
    if (use != null && use != GlobalUse.NAMED) {
      seen.use = use.compareTo(seen.use) > 0 ? use : seen.use;
      tellBytes(name, instruction.offset(), effect.arguments());
      if (name.name().equals(DECIDED_BY_ARGUMENTS)) {
        seen.manyArguments |= seen.arguments.size() >= MOST_CALLS;
        seen.arguments.add(SymbolicLiteral.ofArguments(effect.arguments()));
      }
      if (seen.calls.size() < MOST_CALLS) {
        seen.calls.add(
            new TracedGlobal.TracedCall(
                instruction.opcode().name(),
                instruction.offset(),
                SymbolicLiteral.ofArguments(effect.arguments())));
      }
    }
  }

  private void tellBytes(GlobalName callee, long offset, List<SymbolicValue> arguments) {
    for (SymbolicValue argument : arguments) {
      MemorySegment bytes = bytesOf.of(argument);
      if (bytes != null) {
        given.accept(new GivenBytes(callee, offset, bytes));
      }
    }
  }
}
