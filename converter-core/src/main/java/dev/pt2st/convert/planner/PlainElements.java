package dev.pt2st.convert.planner;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Decides which elements can be written to safetensors in row-major, little-endian order. */
public final class PlainElements {
  private PlainElements() {}

  /** Whether a dtype is complex and not supported by safetensors. */
  public static boolean isForeignComplex(DType dtype) {
    return dtype.isComplex() && dtype.safetensorsName() == null;
  }

  /** Why safetensors cannot hold elements, in words; null if it can. */
  public static @Nullable String whyUnwritable(TensorView view) {
    DType dtype = view.dtype();
    if (dtype.safetensorsName() == null) {
      return "of dtype " + dtype.torchName();
    }
    if (dtype == DType.F4 && !isCountable(view.shape())) {
      return "of packed 4-bit floats in a shape whose number of elements overflows";
    }
    if (view.negated() && !isNegatable(dtype)) {
      return "of dtype " + dtype.torchName() + " with its neg bit set";
    }
    if (view.storage().order() == ByteOrder.BIG_ENDIAN
        && dtype.byteSize() % view.storage().dtype().swapSize() != 0) {
      return "a view of its big-endian storage as another dtype";
    }
    return null;
  }

  /**
   * The shape as a safetensors header counts it: a byte of PyTorch's packed dtype holds two 4-bit
   * floats and counts as two elements.
   */
  public static Shape headerShape(DType dtype, Shape shape) {
    if (dtype != DType.F4) {
      return shape;
    }
    long[] sizes = shape.toArray();
    sizes[sizes.length - 1] *= 2;
    return Shape.of(sizes);
  }

  /** Whether the last size can be doubled without overflow. */
  private static boolean isCountable(Shape shape) {
    return shape.rank() > 0 && shape.get(shape.rank() - 1) <= Long.MAX_VALUE / 2;
  }

  private static boolean isNegatable(DType dtype) {
    return switch (dtype) {
      case F16, BF16, F32, F64, C64 -> true;
      default -> false;
    };
  }
}
