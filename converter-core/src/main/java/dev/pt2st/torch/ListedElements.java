package dev.pt2st.torch;

import dev.pt2st.io.ByteSource;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Storages and tensors written as lists of numbers: {@code __reduce__} of {@code torch/storage.py}
 * and {@code torch/tensor.py} wrote them so before PyTorch 0.4.1, if they were pickled without
 * {@code torch.save}.
 */
final class ListedElements {
  private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

  private ListedElements() {}

  /**
   * A storage with the numbers of a list; null if the value is not a list, or has numbers that do
   * not fit the type.
   */
  static @Nullable Storage storage(DType dtype, Value list) {
    List<Value> items = itemsOf(list);
    return items == null ? null : storage(dtype, items);
  }

  /** A tensor from nested lists; null if the lists of one level differ in length. */
  static @Nullable TensorView tensor(DType dtype, Value nested) {
    List<Long> sizes = new ArrayList<>();
    List<Value> level = List.of(nested);
    while (!level.isEmpty() && itemsOf(level.getFirst()) != null) {
      List<Value> below = new ArrayList<>();
      int length = -1;
      for (Value value : level) {
        List<Value> items = itemsOf(value);
        if (items == null || (length >= 0 && items.size() != length)) {
          return null;
        }
        length = items.size();
        below.addAll(items);
      }
      sizes.add((long) length);
      level = below;
    }
    Storage storage = sizes.isEmpty() ? null : storage(dtype, level);
    if (storage == null) {
      return null;
    }
    Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
    return new TensorView(storage, dtype, 0, shape, shape.contiguousStrides());
  }

  private static @Nullable List<Value> itemsOf(Value value) {
    return switch (value) {
      case ListValue list -> list.items();
      case TupleValue tuple -> tuple.items();
      default -> null;
    };
  }

  private static @Nullable Storage storage(DType dtype, List<Value> numbers) {
    long size = (long) numbers.size() * dtype.byteSize();
    if (size > MAX_BYTES) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    for (Value number : numbers) {
      if (!put(bytes, dtype, number)) {
        return null;
      }
    }
    Storage storage = new Storage("list", "cpu", dtype, size);
    storage.locate(
        new ByteSource.InMemory("list", MemorySegment.ofArray(bytes.array())),
        ByteOrder.LITTLE_ENDIAN);
    return storage;
  }

  /** Writes a number as an element; false if it does not fit the type. */
  private static boolean put(ByteBuffer bytes, DType dtype, Value number) {
    return switch (number) {
      case Value.Real real -> putReal(bytes, dtype, real.value());
      case Value.Bool bool -> putWhole(bytes, dtype, bool.value() ? 1 : 0);
      case Value.Int whole ->
          putReal(bytes, dtype, (double) whole.value()) || putWhole(bytes, dtype, whole.value());
      default -> false;
    };
  }

  private static boolean putReal(ByteBuffer bytes, DType dtype, double number) {
    switch (dtype) {
      case F64 -> bytes.putDouble(number);
      case F32 -> bytes.putFloat((float) number);
      case F16 -> bytes.putShort(Float.floatToFloat16((float) number));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean putWhole(ByteBuffer bytes, DType dtype, long number) {
    switch (dtype) {
      case I64 -> bytes.putLong(number);
      case I32 -> bytes.putInt((int) number);
      case I16 -> bytes.putShort((short) number);
      case I8, U8, BOOL -> bytes.put((byte) number);
      default -> {
        return false;
      }
    }
    return switch (dtype) {
      case I32 -> number == (int) number;
      case I16 -> number == (short) number;
      case I8 -> number == (byte) number;
      case U8 -> number == (number & 0xff);
      case BOOL -> number == (number & 1);
      default -> true;
    };
  }
}
