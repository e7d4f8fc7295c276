package dev.pt2st.torch.value;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.SparseContent.Compressed;
import dev.pt2st.torch.value.SparseContent.Coordinates;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the sizes of a sparse tensor and of its components agree, as {@code
 * _validate_sparse_coo_tensor_args} and {@code _validate_sparse_compressed_tensor_args} of {@code
 * aten/src/ATen/native/sparse/SparseTensor.cpp} and {@code SparseCsrTensor.cpp} do.
 */
public final class SparseShapes {
  private SparseShapes() {}

  /** What is wrong, in words; null if the sizes agree. */
  public static @Nullable String problem(SparseContent tensor) {
    try {
      Math.multiplyExact(tensor.shape().elementCount(), tensor.values().dtype().byteSize());
    } catch (ArithmeticException e) {
      return "its sizes " + tensor.shape() + " overflow";
    }
    return switch (tensor) {
      case Coordinates coordinates -> problem(coordinates);
      case Compressed compressed -> problem(compressed);
    };
  }

  private static @Nullable String problem(Coordinates tensor) {
    Shape indices = tensor.indices().shape();
    Shape values = tensor.values().shape();
    Shape shape = tensor.shape();
    if (!tensor.indices().dtype().isInteger()) {
      return "its indices are of " + tensor.indices().dtype().torchName();
    }
    if (indices.rank() != 2 || values.rank() == 0 || indices.get(1) != values.get(0)) {
      return "it has indices of " + indices + " for values of " + values;
    }
    if (indices.get(0) != shape.rank() - (values.rank() - 1)
        || !endsWith(shape, values, values.rank() - 1)) {
      return "it has indices of " + indices + " and values of " + values + " for sizes " + shape;
    }
    return null;
  }

  private static @Nullable String problem(Compressed tensor) {
    for (TensorView view : new TensorView[] {tensor.compressedIndices(), tensor.plainIndices()}) {
      if (!view.dtype().isInteger()) {
        return "its indices are of " + view.dtype().torchName();
      }
    }
    Shape compressed = tensor.compressedIndices().shape();
    Shape plain = tensor.plainIndices().shape();
    Shape values = tensor.values().shape();
    Shape shape = tensor.shape();
    String sizes =
        "it has indices of "
            + compressed
            + " and "
            + plain
            + " and values of "
            + values
            + " for sizes "
            + shape;
    int batch = compressed.rank() - 1;
    int block = tensor.compression().inBlocks() ? 2 : 0;
    int dense = values.rank() - batch - 1 - block;
    if (batch < 0
        || dense < 0
        || plain.rank() != batch + 1
        || shape.rank() != batch + 2 + dense
        || plain.get(batch) != values.get(batch)
        || !endsWith(shape, values, dense)) {
      return sizes;
    }
    for (int i = 0; i < batch; i++) {
      long size = shape.get(i);
      if (compressed.get(i) != size || plain.get(i) != size || values.get(i) != size) {
        return sizes;
      }
    }
    long blockRows = block == 0 ? 1 : values.get(batch + 1);
    long blockColumns = block == 0 ? 1 : values.get(batch + 2);
    if (blockRows == 0
        || blockColumns == 0
        || shape.get(batch) % blockRows != 0
        || shape.get(batch + 1) % blockColumns != 0) {
      return sizes;
    }
    long lines =
        tensor.compression().ofRows()
            ? shape.get(batch) / blockRows
            : shape.get(batch + 1) / blockColumns;
    return compressed.get(batch) - 1 == lines ? null : sizes;
  }

  /** Whether two shapes have the same last dimensions. */
  private static boolean endsWith(Shape a, Shape b, int dimensions) {
    return a.rank() >= dimensions
        && b.rank() >= dimensions
        && Arrays.equals(
            a.toArray(),
            a.rank() - dimensions,
            a.rank(),
            b.toArray(),
            b.rank() - dimensions,
            b.rank());
  }
}
