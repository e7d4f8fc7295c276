package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SymbolicStack} knows of a value: who made it.
 *
 * @param madeBy the instruction that pushed it first
 * @param global the global that it is, where GLOBAL or STACK_GLOBAL named one; or that was called
 *     or instantiated to make it; else null
 * @param items of a container its first items, of a dict keys and values in turn, of a call's
 *     result the first arguments; empty if they were not kept
 * @param count how many items a container was made with
 * @param hashable whether Python may take it as a key
 */
public record SymbolicValue(
    Instruction madeBy,
    @Nullable GlobalName global,
    List<SymbolicValue> items,
    long count,
    boolean hashable)
    implements DomainValue {

  /** Whether it is a global itself, not what one made. */
  public boolean isGlobal() {
    return madeBy.opcode() == Opcode.GLOBAL || madeBy.opcode() == Opcode.STACK_GLOBAL;
  }

  ValueKind kind() {
    return ValueKind.of(madeBy.opcode());
  }

  /** Whether {@code if value:} may not hold. */
  boolean mayBeFalse() {
    return switch (kind()) {
      case NONE, NUMBER, WHOLE, ANYTHING -> true;
      case TEXT, TEXT_OR_BYTES, BYTES, BYTE_ARRAY -> mayBeEmptyText();
      case LIST, TUPLE, DICT, SET, FROZEN_SET -> count == 0;
    };
  }

  private boolean mayBeEmptyText() {
    // The quotes of STRING count.
    return madeBy.argumentBytes() <= (madeBy.opcode() == Opcode.STRING ? 2 : 0);
  }

  @Override
  public List<Value> parts() {
    return List.of();
  }
}
