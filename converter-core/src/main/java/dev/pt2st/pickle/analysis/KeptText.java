package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A text, bytes or a number in the memo of a {@link SymbolicStack}, in the smallest form from which
 * it can be restored. Writers put the name of every tensor there, and hardly one is ever read.
 *
 * @param opcode the opcode that pushed it
 * @param bytes its argument
 * @param offset of the instruction
 * @param end of the instruction
 */
record KeptText(Opcode opcode, MemorySegment bytes, long offset, long end) implements DomainValue {
  /** The form in which a memo keeps a value; the value itself if it is of another kind. */
  static DomainValue of(SymbolicValue value) {
    Instruction madeBy = value.madeBy();
    return madeBy.argument() instanceof Argument.Counted(MemorySegment bytes)
            && value.global() == null
            && value.items().isEmpty()
            && value.count() == 0
            && value.hashable() == isHashable(madeBy.opcode())
        ? new KeptText(madeBy.opcode(), bytes, madeBy.offset(), madeBy.end())
        : value;
  }

  private static boolean isHashable(Opcode opcode) {
    return ValueKind.of(opcode).mayBeHashed();
  }

  /** The value that was put there. */
  SymbolicValue value() {
    Instruction madeBy = new Instruction(opcode, new Argument.Counted(bytes), offset, end);
    return new SymbolicValue(madeBy, null, List.of(), 0, isHashable(opcode));
  }

  @Override
  public List<Value> parts() {
    return List.of();
  }
}
