package dev.pt2st.pickle;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stack of the machine with its marks. Nothing below the last mark can be reached until the
 * mark is taken away ({@code Pdata} and its fence in CPython's {@code Modules/_pickle.c}).
 */
final class PickleStack {
  private @Nullable Value[] values = new @Nullable Value[256];
  private int size;
  private int[] marks = new int[64];
  private int markCount;
  private int fence;

  int size() {
    return size;
  }

  void push(Value value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  Value pop(Place place) throws MalformedException {
    Value value = top(place);
    values[--size] = null;
    return value;
  }

  Value top(Place place) throws MalformedException {
    return peek(0, place);
  }

  /** The value that many below the top. */
  Value peek(int below, Place place) throws MalformedException {
    int at = size - 1 - below;
    Value value = at < fence ? null : values[at];
    if (value == null) {
      throw underflow(place);
    }
    return value;
  }

  void mark() {
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, markCount * 2);
    }
    marks[markCount++] = size;
    fence = size;
  }

  /** Takes the last mark away; gives the position where it stood. */
  int popMark(Place place) throws MalformedException {
    if (markCount == 0) {
      throw new MalformedException(place, "an opcode asks for a mark and there is none");
    }
    int position = marks[--markCount];
    fence = markCount == 0 ? 0 : marks[markCount - 1];
    return position;
  }

  /** POP: takes a value, or the mark where that is on top. */
  void popValueOrMark(Place place) throws MalformedException {
    if (markCount > 0 && marks[markCount - 1] == size) {
      popMark(place);
    } else {
      pop(place);
    }
  }

  /** Takes everything from a position on. */
  List<Value> popFrom(int position, Place place) throws MalformedException {
    if (position < fence || position > size) {
      throw underflow(place);
    }
    List<Value> popped = new ArrayList<>(size - position);
    for (int i = position; i < size; i++) {
      Value value = values[i];
      if (value != null) {
        popped.add(value);
      }
      values[i] = null;
    }
    size = position;
    return popped;
  }

  /** The value just below a position, which must be above the fence. */
  Value below(int position, Place place) throws MalformedException {
    Value value = position <= fence || position > size ? null : values[position - 1];
    if (value == null) {
      throw underflow(place);
    }
    return value;
  }

  private static MalformedException underflow(Place place) {
    return new MalformedException(place, "an opcode asks for more values than the stack has");
  }
}
