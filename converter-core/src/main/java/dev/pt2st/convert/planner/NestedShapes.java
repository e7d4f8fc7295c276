package dev.pt2st.convert.planner;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NestedContent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the components of a nested tensor are consistent, as the constructor of {@code
 * NestedTensorImpl} ({@code aten/src/ATen/NestedTensorImpl.cpp}) and {@code NestedTensor} of {@code
 * torch/nested/_internal/nested_tensor.py} require.
 */
public final class NestedShapes {
  /**
   * The most dimensions that PyTorch supports ({@code dim_bitset_size} of {@code
   * aten/src/ATen/WrapDimUtilsMulti.h}).
   */
  private static final long MOST_DIMENSIONS = 64;

  private NestedShapes() {}

  /**
   * The sizes of a nested tensor, without reading elements: the batch first, and null for each
   * dimension in which its tensors may differ.
   *
   * @return null if its components contradict each other
   */
  public static @Nullable List<@Nullable Long> sizesOf(NestedContent tensor) {
    if (problem(tensor) != null) {
      return null;
    }
    List<@Nullable Long> sizes = new ArrayList<>();
    switch (tensor) {
      case NestedContent.Strided strided -> {
        Shape all = strided.sizes().shape();
        long dimensions = all.rank() == 2 ? all.get(1) : 0;
        if (dimensions > MOST_DIMENSIONS) {
          return null;
        }
        sizes.add(all.rank() == 2 ? all.get(0) : 0L);
        for (long i = 0; i < dimensions; i++) {
          sizes.add(null);
        }
      }
      case NestedContent.Jagged jagged -> {
        sizes.add(jagged.offsets().shape().get(0) - 1);
        for (long size : jagged.values().shape().toArray()) {
          sizes.add(sizes.size() == jagged.raggedDimension() ? null : Long.valueOf(size));
        }
      }
    }
    return sizes;
  }

  /** The inconsistency in words; null if there is none. */
  static @Nullable String problem(NestedContent tensor) {
    for (TensorView view : tensor.views()) {
      if (!view.equals(tensor.elements()) && !view.dtype().isInteger()) {
        return "its sizes or offsets are of " + view.dtype().torchName();
      }
    }
    boolean agrees =
        switch (tensor) {
          case NestedContent.Strided strided -> agrees(strided);
          case NestedContent.Jagged jagged -> agrees(jagged);
        };
    List<Shape> shapes = tensor.views().stream().map(TensorView::shape).toList();
    return agrees ? null : "its components have sizes that contradict each other: " + shapes;
  }

  private static boolean agrees(NestedContent.Strided tensor) {
    Shape sizes = tensor.sizes().shape();
    Shape offsets = tensor.storageOffsets().shape();
    // Without tensors there are no sizes; PyTorch writes an empty one-dimensional tensor.
    return tensor.buffer().shape().rank() == 1
        && sizes.equals(tensor.strides().shape())
        && offsets.rank() == 1
        && (sizes.rank() == 2
            ? sizes.get(0) == offsets.get(0)
            : sizes.rank() < 2 && sizes.elementCount() == 0 && offsets.get(0) == 0);
  }

  private static boolean agrees(NestedContent.Jagged tensor) {
    Shape offsets = tensor.offsets().shape();
    TensorView lengths = tensor.lengths();
    return offsets.rank() == 1
        && offsets.get(0) > 0
        && tensor.raggedDimension() >= 1
        && tensor.raggedDimension() <= tensor.values().shape().rank()
        && (lengths == null || lengths.shape().equals(Shape.of(offsets.get(0) - 1)));
  }
}
