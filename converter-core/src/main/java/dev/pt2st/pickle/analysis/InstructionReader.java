package dev.pt2st.pickle.analysis;

import dev.pt2st.MalformedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Unpickler;
import java.lang.foreign.MemorySegment;

/**
 * Splits a pickle into its instructions, one after the other, as {@code genops} of CPython's {@code
 * Lib/pickletools.py} does. Nothing is executed and nothing is kept. So it continues where the
 * {@link Unpickler} would refuse: wrong frames, the extension registry, memo indices that were
 * never set. It ends only where the bytes cannot be read as an instruction.
 *
 * <pre>{@code
 * InstructionReader reader = new InstructionReader(new ByteCursor(bytes, place));
 * while (reader.hasNext()) {
 *   Instruction instruction = reader.next();
 * }
 * }</pre>
 *
 * <p>{@link SymbolicStack} follows what the instructions do; {@link Disassembler} combines both.
 */
public final class InstructionReader {
  private static final long NO_FRAME = -1;

  private final ByteCursor in;
  private final Reading reading;
  private long frameEnd = NO_FRAME;
  private boolean stopped;

  /** How bytes are read as instructions where unpicklers differ. */
  enum Reading {
    /** As they are in the stream. */
    STRAIGHT,
    /**
     * The same, except that if the end of the bytes cuts off the name of a global, its last byte
     * counts as the line feed, as with {@code readline()[:-1]} in {@code Lib/pickle.py}.
     */
    TO_THE_END,
    /**
     * An argument that does not fit the rest of a frame is read after the frame, and that rest is
     * lost. So does {@code _Unpickler_ReadImpl} of CPython's {@code Modules/_pickle.c} with a
     * stream without {@code peek}.
     */
    BY_FRAMES
  }

  /**
   * @param in at the first opcode; after STOP has been read, it is after that
   */
  public InstructionReader(ByteCursor in) {
    this(in, Reading.STRAIGHT);
  }

  InstructionReader(ByteCursor in, Reading reading) {
    this.in = in;
    this.reading = reading;
  }

  /** Whether STOP has not been read yet. */
  public boolean hasNext() {
    return !stopped;
  }

  /**
   * The next instruction.
   *
   * @throws MalformedException if the bytes end, no opcode has this byte, or an argument does not
   *     fit into the bytes that are left
   * @throws IllegalStateException after STOP
   */
  public Instruction next() throws MalformedException {
    if (stopped) {
      throw new IllegalStateException("STOP was read");
    }
    long offset = in.offset();
    fit(1);
    Opcode opcode = Opcode.read(in);
    Argument argument;
    try {
      argument = argument(opcode.encoding());
    } catch (MalformedException e) {
      throw new MalformedException(
          in.place().at(offset), "the argument of " + opcode + " is cut short: " + e.problem());
    }
    if (reading == Reading.BY_FRAMES
        && opcode == Opcode.FRAME
        && argument instanceof Argument.Whole(long length)) {
      openFrame(length);
    }
    stopped = opcode == Opcode.STOP;
    return new Instruction(opcode, argument, offset, in.offset());
  }

  private Argument argument(Opcode.Encoding encoding) throws MalformedException {
    return switch (encoding) {
      case NONE -> Argument.Nothing.NOTHING;
      case LINE -> new Argument.Line(line());
      case TWO_LINES -> names();
      case U8 -> new Argument.Whole(fit(1).u8());
      case U16 -> new Argument.Whole(fit(2).u16());
      case I32 -> new Argument.Whole(fit(4).i32());
      case U32 -> new Argument.Whole(fit(4).u32());
      case I64 -> new Argument.Whole(fit(8).i64());
      case F64 -> new Argument.Real(Double.longBitsToDouble(Long.reverseBytes(fit(8).i64())));
      case BYTES1 -> counted(fit(1).u8());
      case BYTES4 -> counted(fit(4).u32());
      case SIGNED_BYTES4 -> counted(fit(4).i32());
      case BYTES8 -> counted(fit(8).i64());
    };
  }

  private Argument counted(long length) throws MalformedException {
    return new Argument.Counted(fit(length).slice(length));
  }

  private Argument names() throws MalformedException {
    return reading == Reading.TO_THE_END
        ? new Argument.TwoLines(lastLine(), lastLine())
        : new Argument.TwoLines(line(), line());
  }

  /** A line, or if the bytes end before, the rest without its last byte. */
  private MemorySegment lastLine() throws MalformedException {
    // In the reading TO_THE_END there are no frames.
    long length = in.lineLengthIfAny();
    if (length >= 0) {
      return line(length);
    }
    MemorySegment rest = in.slice(in.remaining());
    return rest.asSlice(0, Math.max(0, rest.byteSize() - 1));
  }

  private MemorySegment line() throws MalformedException {
    long length = in.lineLength();
    if (frameEnd != NO_FRAME && in.position() + length >= frameEnd) {
      leaveFrame();
      length = in.lineLength();
    }
    return line(length);
  }

  private MemorySegment line(long length) throws MalformedException {
    MemorySegment line = in.slice(length);
    in.u8();
    return line;
  }

  /** The cursor, positioned where the next bytes are read. */
  private ByteCursor fit(long length) throws MalformedException {
    if (frameEnd != NO_FRAME && (length < 0 || length > frameEnd - in.position())) {
      leaveFrame();
    }
    return in;
  }

  private void leaveFrame() throws MalformedException {
    in.position(frameEnd);
    frameEnd = NO_FRAME;
  }

  /** A frame inside another changes nothing. */
  private void openFrame(long length) throws MalformedException {
    fit(length).require(length);
    if (frameEnd == NO_FRAME) {
      frameEnd = in.position() + length;
    }
  }
}
