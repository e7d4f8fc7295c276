package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an instruction did to the stack and the memo.
 *
 * @param level how many marks were on the stack before it
 * @param mark offset of the MARK that it took; -1 if none
 * @param memo the index that it put into the memo or read from it; -1 if none
 * @param fromMemo the value that it read from the memo, else null
 * @param global the global that it names, calls or instantiates, if known; else null
 * @param use what it does with a global, known or not; null if it involves none
 * @param arguments the first arguments of a call or an instantiation, if they were kept
 * @param problem why an unpickler stops here, in words; null if it continues
 * @param certain whether every unpickler stops here; if there is a problem and this is false, some
 *     may continue
 */
public record SymbolicEffect(
    int level,
    long mark,
    long memo,
    @Nullable SymbolicValue fromMemo,
    @Nullable GlobalName global,
    @Nullable GlobalUse use,
    List<SymbolicValue> arguments,
    @Nullable String problem,
    boolean certain) {

  SymbolicEffect withProblem(@Nullable String other, boolean isCertain) {
    if (Objects.equals(problem, other) && certain == isCertain) {
      return this; // nearly always
    }
    return new SymbolicEffect(
        level, mark, memo, fromMemo, global, use, arguments, other, isCertain);
  }
}
