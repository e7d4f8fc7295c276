package dev.pt2st.convert.copy;

import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * A strided tensor cut into blocks that are gathered one at a time. Adjacent dimensions are merged
 * if their strides allow it. A block spans enough of the dimension with the smallest stride to use
 * every cache line that is read completely.
 */
final class StridedBlocks {
  private static final long BLOCK_BYTES = 1 << 20;

  /** A block may be up to this large if a smaller one would read cache lines more than once. */
  private static final long LARGEST_BLOCK_BYTES = 8 << 20;

  private static final int CACHE_LINE = 64;

  private final int elementSize;
  private final long[] size;
  private final long[] stride;
  private final long offset;
  private final int closest;
  private final int split;
  private final long rowsPerBlock;
  private final long rowElements;

  StridedBlocks(TensorView view) {
    this.elementSize = view.dtype().byteSize();
    List<long[]> dimensions = merged(view);
    int rank = dimensions.size();
    this.size = new long[rank];
    this.stride = new long[rank];
    for (int i = 0; i < rank; i++) {
      size[i] = dimensions.get(i)[0];
      stride[i] = dimensions.get(i)[1];
    }
    this.offset = view.offset();
    this.closest = closest();
    int at = 0;
    while (at < rank - 1 && elementsBehind(at) * elementSize > BLOCK_BYTES) {
      at++;
    }
    long lineRows = Math.max(1, CACHE_LINE / elementSize);
    boolean scattered = closest < rank - 1;
    if (scattered
        && at >= closest
        && elementsBehind(closest) * elementSize * lineRows <= LARGEST_BLOCK_BYTES) {
      at = closest;
    }
    this.split = at;
    this.rowElements = elementsBehind(at);
    long rows = Math.max(1, BLOCK_BYTES / (rowElements * elementSize));
    if (scattered && at == closest) {
      rows = Math.max(rows, lineRows);
    }
    this.rowsPerBlock = Math.min(rows, size[at]);
  }

  /** Sizes and strides without dimensions of size 1, merged where the strides allow it. */
  static List<long[]> merged(TensorView view) {
    List<long[]> merged = new ArrayList<>();
    for (int i = 0; i < view.shape().rank(); i++) {
      long size = view.shape().get(i);
      long stride = view.strides().get(i);
      if (size == 1) {
        continue;
      }
      long[] outer = merged.isEmpty() ? null : merged.getLast();
      if (outer != null && outer[1] == stride * size) {
        outer[0] *= size;
        outer[1] = stride;
      } else {
        merged.add(new long[] {size, stride});
      }
    }
    if (merged.isEmpty()) {
      merged.add(new long[] {1, 1});
    }
    return merged;
  }

  private int closest() {
    int found = size.length - 1;
    for (int i = size.length - 2; i >= 0; i--) {
      if (stride[i] != 0 && (stride[found] == 0 || Math.abs(stride[i]) < Math.abs(stride[found]))) {
        found = i;
      }
    }
    return found;
  }

  private long elementsBehind(int dimension) {
    long elements = 1;
    for (int i = dimension + 1; i < size.length; i++) {
      elements *= size[i];
    }
    return elements;
  }

  /** The number of blocks. */
  long count() {
    long outer = 1;
    for (int i = 0; i < split; i++) {
      outer *= size[i];
    }
    return Math.multiplyExact(outer, blocksPerOuter());
  }

  private long blocksPerOuter() {
    return (size[split] + rowsPerBlock - 1) / rowsPerBlock;
  }

  /** The size of the largest block in bytes. */
  long blockBytes() {
    return rowsPerBlock * rowElements * elementSize;
  }

  /** One block. */
  Block block(long index) {
    long row = index % blocksPerOuter() * rowsPerBlock;
    long rows = Math.min(rowsPerBlock, size[split] - row);
    long outer = index / blocksPerOuter();
    long first = offset + row * stride[split];
    long rest = outer;
    for (int i = split - 1; i >= 0; i--) {
      first += rest % size[i] * stride[i];
      rest /= size[i];
    }
    int rank = size.length - split;
    long[] blockSize = new long[rank];
    long[] blockStride = new long[rank];
    System.arraycopy(size, split, blockSize, 0, rank);
    System.arraycopy(stride, split, blockStride, 0, rank);
    blockSize[0] = rows;
    return new Block(
        (outer * size[split] + row) * rowElements,
        rows * rowElements,
        first,
        blockSize,
        blockStride,
        closest - split);
  }

  /**
   * A run of elements of the output, and the box of the source that they come from.
   *
   * @param start its first element in the output, counted in row-major order
   * @param elements the number of its elements
   * @param first the source element of its first element
   * @param size the sizes of the box, outermost first
   * @param stride the strides of the box in the source, in elements
   * @param closest the dimension of the box with the smallest stride; negative if it is not in the
   *     box
   */
  @SuppressWarnings("ArrayRecordComponent") // made, read once and thrown away in the copy's loop
  record Block(long start, long elements, long first, long[] size, long[] stride, int closest) {}
}
