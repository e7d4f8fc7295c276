package dev.pt2st.pickle;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack of the machine with its marks. Nothing below the last mark can be reached until the
 * mark is taken away ({@code Pdata} and its fence in CPython's {@code Modules/_pickle.c}).
 */
final class PickleStack {
  /** Roughly the longest array that every JVM can allocate. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

  private final int limit;
  private final Supplier<Place> where;
  private @Nullable Value[] values;

  /** For each position, whether its value existed before it was pushed. */
  private boolean[] borrowed;

  private int size;
  private int[] marks;
  private int markCount;
  private int fence;

  /**
   * @param limit the maximum number of values, and of marks
   * @param where gives the current place in the stream, for messages
   */
  PickleStack(long limit, Supplier<Place> where) {
    this.limit = (int) Math.min(limit, LONGEST_ARRAY);
    this.where = where;
    this.values = new @Nullable Value[Math.min(this.limit, 256)];
    this.borrowed = new boolean[values.length];
    this.marks = new int[Math.min(this.limit, 64)];
  }

  int size() {
    return size;
  }

  void push(Value value) throws LimitException {
    push(value, false);
  }

  /** Pushes a value that is also elsewhere: in the memo, or further down. */
  void pushBorrowed(Value value) throws LimitException {
    push(value, true);
  }

  private void push(Value value, boolean isBorrowed) throws LimitException {
    if (size == values.length) {
      values = Arrays.copyOf(values, grown(size));
      borrowed = Arrays.copyOf(borrowed, values.length);
    }
    borrowed[size] = isBorrowed;
    values[size++] = value;
  }

  /** Whether the value directly below a position was pushed as borrowed. */
  boolean isBorrowed(int position) {
    return borrowed[position - 1];
  }

  private int grown(int length) throws LimitException {
    if (length >= limit) {
      throw new LimitException(
          where.get(), Limit.STACK, "its stack grows to more than " + limit + " values");
    }
    return (int) Math.min(limit, 2L * length);
  }

  Value pop() throws MalformedException {
    Value value = top();
    values[--size] = null;
    return value;
  }

  Value top() throws MalformedException {
    return peek(0);
  }

  /** The value a number of positions below the top. */
  Value peek(int below) throws MalformedException {
    int at = size - 1 - below;
    Value value = at < fence ? null : values[at];
    if (value == null) {
      throw underflow();
    }
    return value;
  }

  void mark() throws LimitException {
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, grown(markCount));
    }
    marks[markCount++] = size;
    fence = size;
  }

  /** Removes the last mark and returns its position. */
  int popMark() throws MalformedException {
    if (markCount == 0) {
      throw new MalformedException(where.get(), "an opcode needs a mark and there is none");
    }
    int position = marks[--markCount];
    fence = markCount == 0 ? 0 : marks[markCount - 1];
    return position;
  }

  /** POP: removes a value, or a mark if that is on top. */
  void popValueOrMark() throws MalformedException {
    if (markCount > 0 && marks[markCount - 1] == size) {
      popMark();
    } else {
      pop();
    }
  }

  /** Removes and returns everything from a position on. */
  Value[] popFrom(int position) throws MalformedException {
    checkReach(position);
    Value[] popped = new Value[size - position];
    System.arraycopy(values, position, popped, 0, popped.length);
    truncate(position);
    return popped;
  }

  /** Drops everything from a position on. */
  void dropFrom(int position) throws MalformedException {
    checkReach(position);
    truncate(position);
  }

  private void checkReach(int position) throws MalformedException {
    if (position < fence || position > size) {
      throw underflow();
    }
  }

  private void truncate(int position) {
    while (size > position) {
      values[--size] = null; // a loop, as there are mostly few
    }
  }

  /** The value directly below a position, which must be above the last mark. */
  Value below(int position) throws MalformedException {
    Value value = position <= fence || position > size ? null : values[position - 1];
    if (value == null) {
      throw underflow();
    }
    return value;
  }

  private MalformedException underflow() {
    return new MalformedException(where.get(), "an opcode asks for more values than the stack has");
  }
}
