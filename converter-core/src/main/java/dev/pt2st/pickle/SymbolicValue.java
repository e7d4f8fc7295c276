package dev.pt2st.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SymbolicStack} knows of a value: who made it.
 *
 * @param madeBy the instruction that pushed it first
 * @param global the global that it is, where GLOBAL or STACK_GLOBAL named one; or that was called
 *     or instantiated to make it; else null
 */
public record SymbolicValue(Instruction madeBy, @Nullable GlobalName global)
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
