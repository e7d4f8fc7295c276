package dev.pt2st.torch.value;

import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes views from pickled tensor arguments, with the checks of {@code set_} in {@code
 * aten/src/ATen/native/Resize.h} ({@code checkInBoundsForStorage}).
 */
public final class Views {
  /** More dimensions than any tensor has; most operations of PyTorch allow at most 64. */
  public static final int MAX_RANK = 256;

  private Views() {}

  /** A view with the storage's own element type, or null if the values do not describe one. */
  public static @Nullable TensorView of(
      StorageValue storage, Value offset, Value size, Value stride) {
    return of(storage, storage.storage().dtype(), offset, size, stride, false, false);
  }

  /**
   * A view, or null if the values are of the wrong kind or negative, or reach outside the storage.
   */
  public static @Nullable TensorView of(
      StorageValue value,
      DType dtype,
      Value offset,
      Value size,
      Value stride,
      boolean conjugated,
      boolean negated) {
    Shape shape = shapeOf(size);
    Shape strides = shapeOf(stride);
    if (shape == null
        || strides == null
        || shape.rank() != strides.rank()
        || !(offset instanceof Value.Int(long first))
        || first < 0) {
      return null;
    }
    Storage storage = value.storage();
    TensorView view = new TensorView(storage, dtype, first, shape, strides, conjugated, negated);
    return fits(view) ? view : null;
  }

  /** Whether every element is within the storage; true if there are no elements. */
  public static boolean fits(TensorView view) {
    try {
      // A tensor without elements may begin anywhere, but its byte offset must not overflow.
      return (view.elementCount() == 0 && view.startByte() >= 0)
          || (view.byteSize() >= 0
              && view.startByte() >= 0
              && view.endByte() <= view.storage().byteSize());
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** Sizes or strides; null if the value is not a tuple or list of such numbers. */
  public static @Nullable Shape shapeOf(@Nullable Value value) {
    List<Value> items =
        switch (value) {
          case TupleValue tuple -> tuple.items();
          case ListValue list -> list.items();
          case null, default -> null;
        };
    if (items == null || items.size() > MAX_RANK) {
      return null;
    }
    long[] dimensions = new long[items.size()];
    for (int i = 0; i < dimensions.length; i++) {
      if (!(items.get(i) instanceof Value.Int(long dimension)) || dimension < 0) {
        return null;
      }
      dimensions[i] = dimension;
    }
    return Shape.of(dimensions);
  }

  /** Whether any of the sizes or strides is negative. */
  public static boolean hasNegative(Shape shape) {
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.get(i) < 0) {
        return true;
      }
    }
    return false;
  }
}
