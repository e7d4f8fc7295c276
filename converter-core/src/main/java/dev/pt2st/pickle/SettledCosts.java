package dev.pt2st.pickle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What values that keep nothing of their state ({@link DomainValue#ownBytes}) are charged for. All
 * that was made between such a value and its BUILD was made for its state, and is free as soon as
 * the state is taken, unless it has got elsewhere on the way: into the memo, into a container that
 * was there before, into what a call has made. Then it stays charged.
 *
 * <p>A value on the stack is there once, unless an opcode borrows it. So it is enough to note these
 * opcodes, and the changes of what was borrowed.
 */
final class SettledCosts {
  private final HeapBudget budget;
  private @Nullable Value[] begun = new @Nullable Value[4];

  /** Where each of them is on the stack. */
  private int[] positions = new int[4];

  /** What had been charged before each of them. */
  private long[] charged = new long[4];

  /** How many escapes there had been before each of them. */
  private long[] escaped = new long[4];

  private int count;
  private long escapes;

  SettledCosts(HeapBudget budget) {
    this.budget = budget;
  }

  /** Something may be kept elsewhere than on the stack. */
  void escape() {
    escapes++;
  }

  /**
   * A new object is about to be pushed.
   *
   * @param position where it will be on the stack
   * @param before what had been charged before it was made
   */
  void begin(Value made, int position, long before) {
    if (!(made instanceof DomainValue value) || value.ownBytes() < 0) {
      escape();
      return;
    }
    // What was there has been popped.
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
   * A value has taken its state.
   *
   * @param size of the stack, on top of which it is
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
