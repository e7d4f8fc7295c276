package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.io.ByteCursor;
import java.lang.foreign.MemorySegment;

/**
 * Takes a pickle apart into its instructions, one after the other, as {@code genops} of CPython's
 * {@code Lib/pickletools.py} does. Nothing is executed and nothing is kept, so that it goes on
 * where the {@link Unpickler} would refuse: through frames that lie, the extension registry, memo
 * indices that were never set. It ends only where no instruction can be told any more.
 *
 * <pre>{@code
 * InstructionReader reader = new InstructionReader(new ByteCursor(bytes, place));
 * while (reader.hasNext()) {
 *   Instruction instruction = reader.next();
 * }
 * }</pre>
 *
 * <p>{@link SymbolicStack} follows what the instructions do; a {@link Disassembler} is both.
 */
public final class InstructionReader {
  private final ByteCursor in;
  private boolean stopped;

  /**
   * @param in stands at the first opcode; after STOP behind it
   */
  public InstructionReader(ByteCursor in) {
    this.in = in;
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
    Opcode opcode = Opcode.read(in);
    Argument argument;
    try {
      argument = argument(opcode.encoding());
    } catch (MalformedException e) {
      throw new MalformedException(
          in.place().at(offset), "the argument of " + opcode + " is cut short: " + e.problem());
    }
    stopped = opcode == Opcode.STOP;
    return new Instruction(opcode, argument, offset, in.offset());
  }

  private Argument argument(Opcode.Encoding encoding) throws MalformedException {
    return switch (encoding) {
      case NONE -> Argument.Nothing.NOTHING;
      case LINE -> new Argument.Line(line());
      case TWO_LINES -> new Argument.TwoLines(line(), line());
      case U8 -> new Argument.Whole(in.u8());
      case U16 -> new Argument.Whole(in.u16());
      case I32 -> new Argument.Whole(in.i32());
      case U32 -> new Argument.Whole(in.u32());
      case I64 -> new Argument.Whole(in.i64());
      case F64 -> new Argument.Real(Double.longBitsToDouble(Long.reverseBytes(in.i64())));
      case BYTES1 -> new Argument.Counted(in.slice(in.u8()));
      case BYTES4 -> new Argument.Counted(in.slice(in.u32()));
      case SIGNED_BYTES4 -> new Argument.Counted(in.slice(in.i32()));
      case BYTES8 -> new Argument.Counted(in.slice(in.i64()));
    };
  }

  private MemorySegment line() throws MalformedException {
    MemorySegment line = in.slice(in.lineLength());
    in.u8();
    return line;
  }
}
