package dev.pt2st.pickle.analysis;

import dev.pt2st.pickle.Opcode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values that tell no more than one before them, and so need not be kept by a memo. */
final class AlikeValues {
  /** A checkpoint makes tuples of a few kinds in turn, and has as many kinds of calls. */
  private static final int KINDS = 8;

  /** Of each opcode the values that were asked for last, if they are {@link #isAlike}. */
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
   * A value that tells as much; the same one if none is kept. Writers put every tuple of a
   * checkpoint into the memo, and nearly all are like one of the few before.
   */
  SymbolicValue shared(SymbolicValue value) {
    return isAlike(value)
        ? last.computeIfAbsent(value.madeBy().opcode(), opcode -> new Recent()).shared(value)
        : value;
  }

  /** Whether nothing but its opcode, its global and its count tells such a value from others. */
  private static boolean isAlike(SymbolicValue value) {
    return value.madeBy().argument() instanceof Argument.Nothing
        && !(value.items() instanceof ArrayList)
        && value.items().isEmpty();
  }
}
