package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.Opcode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Values that tell no more than one before them, and so need not be kept by a memo. */
final class AlikeValues {
  /** Of each opcode the value that was asked for last, if it {@link #isAlike}. */
  private final Map<Opcode, SymbolicValue> last = new EnumMap<>(Opcode.class);

  /**
   * A value that tells as much; the same one if none is kept. Writers put every tuple of a
   * checkpoint into the memo, and nearly all are like the one before.
   */
  SymbolicValue shared(SymbolicValue value) {
    if (!isAlike(value)) {
      return value;
    }
    SymbolicValue known = last.get(value.madeBy().opcode());
    if (known != null
        && known.count() == value.count()
        && known.hashable() == value.hashable()
        && Objects.equals(known.global(), value.global())) {
      return known;
    }
    last.put(value.madeBy().opcode(), value);
    return value;
  }

  /** Whether nothing but its opcode, its global and its count tells such a value from others. */
  private static boolean isAlike(SymbolicValue value) {
    return value.madeBy().argument() instanceof Argument.Nothing
        && !(value.items() instanceof ArrayList)
        && value.items().isEmpty();
  }
}
