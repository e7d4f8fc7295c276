package dev.pt2st.pickle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the charge for values that keep nothing of their state ({@link DomainValue#ownBytes}).
 * Everything made between such a value and its BUILD was made for its state. It is free once the
 * state is set, unless it also went elsewhere: into the memo, into a container that existed before,
 * or into the result of a call. Then it stays charged.
 *
 * <p>A value on the stack is referred to only from there unless an opcode borrows it. So it is
 * enough to note those opcodes and the changes to borrowed values.
 */
final class SettledCosts {
  private final HeapBudget budget;
  private @Nullable Value[] begun = new @Nullable Value[4];

  /** The position of each such value on the stack. */
  private int[] positions = new int[4];

  /** The bytes charged before each of them. */
  private long[] charged = new long[4];

  /** The number of escapes before each of them. */
  private long[] escaped = new long[4];

  private int count;
  private long escapes;

  SettledCosts(HeapBudget budget) {
    this.budget = budget;
  }

  /** Notes that a value may be referred to from outside the stack. */
  void escape() {
    escapes++;
  }

  /**
   * Notes that a new object is about to be pushed.
   *
   * @param position where it will be on the stack
   * @param before the bytes charged before it was made
   */
  void begin(Value made, int position, long before) {
    if (!(made instanceof DomainValue value) || value.ownBytes() < 0) {
      escape();
      return;
    }
    // The earlier values at or above this position have been popped.
    while (count > 0 && positions[count - 1] >= position) {
      count--;
    }
    if (count == begun.length) {
      begun = Arrays.copyOf(begun, 2 * count);
      positions = Arrays.copyOf(positions, 2 * count);
      charged = Arrays.copyOf(charged, 2 * count);
      escaped = Arrays.copyOf(escaped, 2 * count);
    }
    begun[count] = made;
    positions[count] = position;
    charged[count] = before;
    escaped[count] = escapes;
    count++;
  }

  /**
   * Notes that a value has its state.
   *
   * @param size the size of the stack; the value is on top
   */
  @SuppressWarnings("ReferenceEquality") // the very object that was begun
  void end(DomainValue value, int size) {
    while (count > 0 && positions[count - 1] >= size) {
      count--;
    }
    if (count > 0
        && positions[count - 1] == size - 1
        && begun[count - 1] == value
        && escaped[count - 1] == escapes) {
      count--;
      budget.settle(charged[count], value.ownBytes());
    }
  }
}
