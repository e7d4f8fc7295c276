package dev.pt2st.pickle.analysis;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Disassembles a pickle as {@code dis} of CPython's {@code Lib/pickletools.py} does, but it
 * continues after an instruction at which an unpickler would stop, and reports that instruction. It
 * ends where the bytes cannot be read as an instruction. It needs no more memory than the values
 * that the stream keeps.
 */
public final class Disassembler {
  private final ByteCursor in;
  private final InstructionReader reader;
  private final SymbolicStack stack;
  private final Limits limits;
  private long instructions;
  private int highestProtocol;
  private long frameEnd = -1;
  private boolean crossedFrame;

  /** An instruction and its effect. */
  public record Step(Instruction instruction, SymbolicEffect effect) {}

  /**
   * @param in at the first opcode; after the last step, it is after STOP
   * @param limits limits how many instructions are read and how many values are kept
   */
  public Disassembler(ByteCursor in, Limits limits) {
    this(in, limits, InstructionReader.Reading.STRAIGHT);
  }

  Disassembler(ByteCursor in, Limits limits, InstructionReader.Reading reading) {
    this.in = in;
    this.limits = limits;
    this.reader = new InstructionReader(in, reading);
    this.stack = new SymbolicStack(limits, in.place());
  }

  /** Whether STOP has not been read yet. */
  public boolean hasNext() {
    return reader.hasNext();
  }

  /**
   * The next step.
   *
   * @throws MalformedException if the stream breaks here
   * @throws LimitException if the stream has too many instructions, or keeps too many values
   */
  public Step next() throws MalformedException, LimitException {
    Instruction instruction = reader.next();
    if (++instructions > limits.get(Limit.OPCODES)) {
      throw new LimitException(
          in.place().at(instruction.offset()),
          Limit.OPCODES,
          "it has more than " + limits.get(Limit.OPCODES) + " opcodes");
    }
    highestProtocol = Math.max(highestProtocol, instruction.opcode().protocol());
    SymbolicEffect effect = stack.follow(instruction);
    String problem = effect.problem() == null ? problemOf(instruction) : effect.problem();
    boolean taken = ArgumentCheck.mayBeTaken(instruction);
    if (problem == null && !taken) {
      problem = "the argument is not written as the opcode wants it";
    }
    return new Step(instruction, effect.withProblem(problem, effect.certain() || !taken));
  }

  /** Why some unpickler stops at an instruction, whatever is on the stack; null if none does. */
  private @Nullable String problemOf(Instruction instruction) {
    String ofFrame = problemOfFrame(instruction);
    if (ofFrame != null) {
      return ofFrame;
    }
    return switch (instruction.opcode()) {
      case PROTO ->
          instruction.argument() instanceof Argument.Whole(long announced)
                  && announced > Unpickler.HIGHEST_PROTOCOL
              ? "there is no protocol " + announced
              : null;
      case EXT1, EXT2, EXT4 -> "it uses Python's extension registry, which no checkpoint does";
      case READONLY_BUFFER -> "it marks a buffer as one that is not to be changed";
      default ->
          instruction.isDecodable() ? null : "the argument is not written as the opcode wants it";
    };
  }

  /** A frame must fit the rest of the stream, and no instruction may cross the end of a frame. */
  private @Nullable String problemOfFrame(Instruction instruction) {
    long endOfFrame = frameEnd;
    if (instruction.end() >= frameEnd) {
      frameEnd = -1;
    }
    if (endOfFrame >= 0 && instruction.end() > endOfFrame) {
      crossedFrame = true;
      return "it crosses the end of its frame";
    }
    if (instruction.opcode() == Opcode.FRAME
        && instruction.argument() instanceof Argument.Whole(long length)) {
      if (length < 0 || length > in.remaining()) {
        return "the frame is longer than what is left";
      }
      if (frameEnd < 0) {
        frameEnd = instruction.end() + length;
      } else if (instruction.end() + length > frameEnd) {
        crossedFrame = true;
        return "the frame crosses the end of the one that it is in";
      }
    }
    return null;
  }

  /**
   * Whether an instruction so far crosses the end of its frame. CPython's unpickler in C then skips
   * the rest of the frame if it reads from a file, but not if it reads from memory ({@code
   * _Unpickler_ReadImpl} in {@code Modules/_pickle.c}). The two see different streams.
   */
  public boolean hasCrossedFrame() {
    return crossedFrame;
  }

  /** The highest protocol that one of the opcodes so far needs. */
  public int highestProtocol() {
    return highestProtocol;
  }

  /** How many values are on the stack; after STOP there should be none. */
  public int valuesLeft() {
    return stack.size();
  }
}
