package dev.pt2st.torch.value;

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
  private boolean filled;
  private final List<Value> parts = new ArrayList<>(1);

  public NumpyValue(@Nullable TensorValue tensor) {
    this.tensor = tensor;
    this.filled = tensor != null;
  }

  /** The array as a tensor; null where its dtype is no numeric one. */
  public @Nullable TensorValue tensor() {
    return tensor;
  }

  public NumpyValue with(Value part) {
    parts.add(part);
    return this;
  }

  @Override
  public List<Value> parts() {
    return parts;
  }

  @Override
  public boolean takeState(Value state) {
    // No array gets a second state.
    if (filled || !(state instanceof TupleValue tuple)) {
      return false;
    }
    filled = true;
    List<Value> items = tuple.items();
    // The oldest states have no version in front.
    int first = items.size() == 5 ? 1 : 0;
    if (items.size() - first != 4
        || (first == 1 && !(items.getFirst() instanceof Value.Int))
        || !(items.get(first + 1) instanceof NumpyDType type)
        || !(items.get(first) instanceof TupleValue size)) {
      return false;
    }
    parts.add(state);
    type.settle();
    Value order = items.get(first + 2);
    boolean columnMajor =
        order instanceof Value.Bool(boolean set)
            ? set
            : order instanceof Value.Int(long n) && n != 0;
    Value content = items.get(first + 3);
    if (type.hasObjects() || (type.isOpaque() && content instanceof ListValue)) {
      // NumPy takes as many items of the list as the shape says, however many there are.
      return content instanceof ListValue list
          && !type.isSubarray()
          && NumpyArray.hasElements(size, list.items().size());
    }
    Value.Bytes bytes = bytesOf(content);
    if (!type.isNumeric()) {
      return bytes != null && NumpyArray.fits(type, size, bytes);
    }
    TensorValue.Content numbers =
        bytes == null ? null : NumpyArray.content(type, size, bytes, columnMajor);
    if (numbers == null) {
      return false;
    }
    tensor = new TensorValue(numbers);
    return true;
  }

  /** The raw bytes: {@code bytes}, a Python 2 {@code str}, or Latin-1 text that stands for it. */
  public static Value.@Nullable Bytes bytesOf(Value value) {
    return switch (value) {
      case Value.Bytes bytes -> bytes;
      case Value.MutableBytes bytes -> bytes.content();
      case Value.Text text -> text.latin1();
      default -> null;
    };
  }
}
