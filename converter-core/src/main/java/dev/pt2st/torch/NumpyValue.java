package dev.pt2st.torch;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array: empty until BUILD gives shape, dtype, order and bytes ({@code array_setstate} in
 * {@code numpy/_core/src/multiarray/methods.c}). A numeric one holds a tensor.
 */
public final class NumpyValue implements DomainValue {
  private @Nullable TensorValue tensor;
  private final List<Value> parts = new ArrayList<>(1);

  NumpyValue(@Nullable TensorValue tensor) {
    this.tensor = tensor;
  }

  /** The array as a tensor; null where its dtype is no numeric one. */
  public @Nullable TensorValue tensor() {
    return tensor;
  }

  NumpyValue with(Value part) {
    parts.add(part);
    return this;
  }

  @Override
  public List<Value> parts() {
    return parts;
  }

  @Override
  public boolean takeState(Value state) {
    if (!(state instanceof TupleValue tuple)) {
      return false;
    }
    List<Value> items = tuple.items();
    // The oldest states have no version in front.
    int first = items.size() == 5 ? 1 : 0;
    if (items.size() - first != 4
        || !(items.get(first + 1) instanceof NumpyDType type)
        || !(items.get(first) instanceof TupleValue size)) {
      return false;
    }
    parts.add(state);
    Value order = items.get(first + 2);
    boolean columnMajor =
        order instanceof Value.Bool(boolean set)
            ? set
            : order instanceof Value.Int(long n) && n != 0;
    if (!type.isNumeric()) {
      return items.get(first + 3) instanceof ListValue || bytesOf(items.get(first + 3)) != null;
    }
    Value.Bytes bytes = bytesOf(items.get(first + 3));
    TensorValue.Content content =
        bytes == null ? null : NumpyArray.content(type, size, bytes, columnMajor);
    if (content == null) {
      return false;
    }
    tensor = new TensorValue(content);
    return true;
  }

  /** The raw bytes: {@code bytes}, a Python 2 {@code str}, or Latin-1 text that stands for it. */
  static Value.@Nullable Bytes bytesOf(Value value) {
    return switch (value) {
      case Value.Bytes bytes -> bytes;
      case Value.MutableBytes bytes -> bytes.content();
      case Value.Text text -> text.latin1();
      default -> null;
    };
  }
}
