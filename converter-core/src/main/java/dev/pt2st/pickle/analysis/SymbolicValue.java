package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SymbolicStack} knows about a value: how it was made.
 *
 * @param madeBy the instruction that pushed it first
 * @param global the global that it is, if GLOBAL or STACK_GLOBAL named it, or that was called or
 *     instantiated to make it; else null
 * @param items the first items of a container, for a dict alternating keys and values; for the
 *     result of a call, its first arguments; empty if they were not kept
 * @param count how many items a container was made with
 * @param hashable whether it may be a key in Python
 */
public record SymbolicValue(
    Instruction madeBy,
    @Nullable GlobalName global,
    List<SymbolicValue> items,
    long count,
    boolean hashable)
    implements DomainValue {

  /** Whether it is a global itself, not the result of one. */
  public boolean isGlobal() {
    return madeBy.opcode() == Opcode.GLOBAL || madeBy.opcode() == Opcode.STACK_GLOBAL;
  }

  ValueKind kind() {
    return ValueKind.of(madeBy.opcode());
  }

  /** Whether it may be false in {@code if value:}. */
  boolean mayBeFalse() {
    return switch (kind()) {
      case NONE, NUMBER, WHOLE, ANYTHING -> true;
      case TEXT, TEXT_OR_BYTES, BYTES, BYTE_ARRAY -> mayBeEmptyText();
      case LIST, TUPLE, DICT, SET, FROZEN_SET -> count == 0;
    };
  }

  private boolean mayBeEmptyText() {
    // The argument of STRING includes its quotes.
    return madeBy.argumentBytes() <= (madeBy.opcode() == Opcode.STRING ? 2 : 0);
  }

  @Override
  public List<Value> parts() {
    return List.of();
  }
}
