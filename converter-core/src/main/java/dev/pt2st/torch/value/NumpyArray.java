package dev.pt2st.torch.value;

import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the content of a tensor from the parts of a pickled NumPy array. */
public final class NumpyArray {
  private NumpyArray() {}

  /** Whether the bytes fit an array of that shape whose elements contain no objects. */
  public static boolean fits(NumpyDType type, Value size, Value.Bytes bytes) {
    type.settle();
    Shape shape = Views.shapeOf(size);
    return shape != null
        && !type.hasObjects()
        && !type.isSubarray()
        && (type.isOpaque() || fits(type.itemSize(), shape, bytes.size()));
  }

  private static boolean fits(long itemSize, Shape shape, long bytes) {
    try {
      return Math.multiplyExact(shape.elementCount(), itemSize) == bytes;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** Whether an array of that shape has this number of elements. */
  static boolean hasElements(Value size, long count) {
    Shape shape = Views.shapeOf(size);
    return shape != null && fits(1, shape, count);
  }

  /**
   * The content, or null if shape and bytes do not fit each other.
   *
   * @param columnMajor whether the elements are in Fortran order, not C order
   */
  public static TensorValue.@Nullable Content content(
      NumpyDType type, Value size, Value.Bytes bytes, boolean columnMajor) {
    Shape shape = Views.shapeOf(size);
    if (shape == null) {
      return null;
    }
    DType dtype = type.dtype();
    if (!fits(type.itemSize(), shape, bytes.size())) {
      return null;
    }
    if (dtype == null) {
      return new TensorValue.Other("a NumPy array of dtype " + type.code(), shape, null, List.of());
    }
    Storage storage = new Storage("array", "cpu", dtype, bytes.size());
    storage.locate(bytes.source("array"), type.byteOrder());
    Shape strides = columnMajor ? columnMajorStrides(shape) : shape.contiguousStrides();
    return new TensorValue.Strided(new TensorView(storage, dtype, 0, shape, strides));
  }

  /** The strides, in elements, of an array in Fortran order. */
  public static Shape columnMajorStrides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long next = 1;
    for (int i = 0; i < strides.length; i++) {
      strides[i] = next;
      next *= Math.max(1, shape.get(i));
    }
    return Shape.of(strides);
  }
}
