package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.Opcode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shares values that carry no more information than an earlier one, so that a memo need not keep
 * them all.
 */
final class AlikeValues {
  /**
   * How many values are remembered for each opcode: a checkpoint has few kinds of tuples and of
   * calls.
   */
  private static final int KINDS = 8;

  /** For each opcode, the last values that are {@link #isAlike}. */
  private final Map<Opcode, Recent> last = new EnumMap<>(Opcode.class);

  private static final class Recent {
    final @Nullable SymbolicValue[] values = new SymbolicValue[KINDS];
    int next;

    SymbolicValue shared(SymbolicValue value) {
      for (SymbolicValue known : values) {
        if (known != null
            && known.count() == value.count()
            && known.hashable() == value.hashable()
            && Objects.equals(known.global(), value.global())) {
          return known;
        }
      }
      values[next] = value;
      next = (next + 1) % KINDS;
      return value;
    }
  }

  /**
   * An earlier value with the same information, or else the value itself. Writers put every tuple
   * of a checkpoint into the memo, and nearly all are like one of the few before.
   */
  SymbolicValue shared(SymbolicValue value) {
    return isAlike(value)
        ? last.computeIfAbsent(value.madeBy().opcode(), opcode -> new Recent()).shared(value)
        : value;
  }

  /** Whether only its opcode, its global and its count distinguish such a value from others. */
  private static boolean isAlike(SymbolicValue value) {
    return value.madeBy().argument() instanceof Argument.Nothing
        && !(value.items() instanceof ArrayList)
        && value.items().isEmpty();
  }
}
