package dev.pt2st.torch;

import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plain tensors that a quantized, sparse or nested tensor is made of. They are components, not
 * tensors of their own, so the values that they were made of belong to the whole.
 */
final class ComponentParts {
  private ComponentParts() {}

  /** The view of a plain tensor; null if the value is not a plain tensor. */
  static @Nullable TensorView view(Value value) {
    return value instanceof TensorValue tensor
            && tensor.content() instanceof TensorValue.Strided(TensorView view)
        ? view
        : null;
  }

  /** A tensor with these components. */
  static TensorValue whole(TensorValue.Content content, Value... components) {
    TensorValue whole = new TensorValue(content);
    for (Value component : components) {
      if (component instanceof TensorValue tensor) {
        tensor.parts().forEach(whole::with);
      }
    }
    return whole;
  }

  /**
   * A list of numbers as a one-dimensional tensor; null if it contains anything else.
   *
   * @param dtype F32, F64 or I64
   */
  static @Nullable TensorView numbers(ListValue list, DType dtype) {
    List<Value> items = list.items();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(items.size(), dtype.byteSize()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Value item : items) {
      switch (item) {
        case Value.Real(double number) when dtype == DType.F32 -> bytes.putFloat((float) number);
        case Value.Real(double number) when dtype == DType.F64 -> bytes.putDouble(number);
        case Value.Int(long number) when dtype == DType.F32 -> bytes.putFloat((float) number);
        case Value.Int(long number) when dtype == DType.F64 -> bytes.putDouble((double) number);
        case Value.Int(long number) when dtype == DType.I64 -> bytes.putLong(number);
        default -> {
          return null;
        }
      }
    }
    Storage storage = new Storage("list", "cpu", dtype, bytes.capacity());
    storage.locate(
        new ByteSource.InMemory("list", MemorySegment.ofArray(bytes.array())),
        ByteOrder.LITTLE_ENDIAN);
    return new TensorView(storage, dtype, 0, Shape.of(items.size()), Shape.of(1));
  }

  /** The arguments of a call that may refer to further values. */
  static List<Value> of(Call call) {
    List<Value> components = new ArrayList<>();
    for (Value argument : call.arguments()) {
      if (!(argument instanceof DictValue dict && dict.entries().isEmpty())) {
        components.add(argument);
      }
    }
    return components;
  }
}
