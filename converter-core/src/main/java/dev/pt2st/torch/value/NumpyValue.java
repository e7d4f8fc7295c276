package dev.pt2st.torch.value;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array, empty until BUILD sets shape, dtype, order and bytes ({@code array_setstate} in
 * {@code numpy/_core/src/multiarray/methods.c}). A numeric array has a tensor.
 */
public final class NumpyValue implements DomainValue {
  private @Nullable TensorValue tensor;
  private @Nullable Objects objects;
  private boolean filled;
  private final List<Value> parts = new ArrayList<>(1);

  public NumpyValue(@Nullable TensorValue tensor) {
    this.tensor = tensor;
    this.filled = tensor != null;
  }

  /** The array as a tensor; null if its dtype is not numeric. */
  public @Nullable TensorValue tensor() {
    return tensor;
  }

  /** The items of an array of objects; null for all others. */
  public @Nullable Objects objects() {
    return objects;
  }

  /**
   * The items of an array of objects, given in row-major order whatever their order in the file.
   *
   * @param items in the order of the file
   * @param columnMajor whether the first index changes fastest in the file
   */
  public record Objects(Shape shape, List<Value> items, boolean columnMajor) {
    public int size() {
      return items.size();
    }

    /** The index of an item as a key: a number, or numbers joined by dots. */
    public Value key(int position) {
      if (shape.rank() == 1) {
        return new Value.Int(position);
      }
      StringBuilder key = new StringBuilder();
      for (long at : index(position)) {
        key.append(key.isEmpty() ? "" : ".").append(at);
      }
      return new Value.Text(key.toString());
    }

    public Value item(int position) {
      if (!columnMajor || shape.rank() < 2) {
        return items.get(position);
      }
      long[] index = index(position);
      long at = 0;
      for (int d = index.length - 1; d >= 0; d--) {
        at = at * shape.get(d) + index[d];
      }
      return items.get((int) at);
    }

    private long[] index(int position) {
      long[] index = new long[shape.rank()];
      long rest = position;
      for (int d = index.length - 1; d >= 0; d--) {
        index[d] = rest % shape.get(d);
        rest /= shape.get(d);
      }
      return index;
    }
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
    // NumPy never writes a second state for an array.
    if (filled || !(state instanceof TupleValue tuple)) {
      return false;
    }
    filled = true;
    List<Value> items = tuple.items();
    // The oldest states do not begin with a version.
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
      if (!(content instanceof ListValue list)
          || type.isSubarray()
          || !NumpyArray.hasElements(size, list.items().size())) {
        return false;
      }
      Shape shape = Views.shapeOf(size);
      objects = shape == null ? null : new Objects(shape, list.items(), columnMajor);
      return true;
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

  /**
   * The raw bytes of a {@code bytes}, a Python 2 {@code str}, or a Latin-1 text that represents it.
   */
  public static Value.@Nullable Bytes bytesOf(Value value) {
    return switch (value) {
      case Value.Bytes bytes -> bytes;
      case Value.MutableBytes bytes -> bytes.content();
      case Value.Text text -> text.latin1();
      default -> null;
    };
  }
}
