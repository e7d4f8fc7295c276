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
 *     result the first arguments; empty where they were not kept
 */
public record SymbolicValue(
    Instruction madeBy, @Nullable GlobalName global, List<SymbolicValue> items)
    implements DomainValue {

  /** Whether it is a global itself, not what one made. */
  public boolean isGlobal() {
    return madeBy.opcode() == Opcode.GLOBAL || madeBy.opcode() == Opcode.STACK_GLOBAL;
  }

  @Override
  public List<Value> parts() {
    return List.of();
  }
}
