package dev.pt2st.convert.copy;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent.Piece;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a tensor in the output: runs of elements that lie side by side there, and one behind
 * the other in the piece.
 */
final class Box {
  private final TensorView view;
  private final Source source;
  private final int elementSize;

  /** Elements of a run. */
  private final long run;

  /** How many dimensions are counted through; a run holds the elements of the others. */
  private final int outer;

  private final long[] sizes;

  /** From one index of an outer dimension to the next in the output, in elements. */
  private final long[] steps;

  private final long first;
  private final long runs;

  /**
   * Where the elements of a piece lie.
   *
   * @param check takes the CRC-32 of the record on the way; null if another does, or none, or the
   *     elements are picked one by one
   */
  record Source(StorageSource bytes, StorageSource.@Nullable RecordCheck check) {}

  Box(Piece piece, Shape grid, Source source) {
    this.view = piece.view();
    this.source = source;
    this.elementSize = view.dtype().byteSize();
    this.sizes = view.shape().toArray();
    this.steps = grid.contiguousStrides().toArray();
    int dimension = sizes.length;
    long inRun = 1;
    while (dimension > 0
        && (dimension == sizes.length || sizes[dimension] == grid.get(dimension))) {
      dimension--;
      inRun *= sizes[dimension];
    }
    this.run = inRun;
    this.outer = dimension;
    long count = 1;
    for (int i = 0; i < outer; i++) {
      count *= sizes[i];
    }
    this.runs = count;
    long start = 0;
    for (int i = 0; i < sizes.length; i++) {
      start += piece.offsets().get(i) * steps[i];
    }
    this.first = start;
  }

  /** Whether a box of these sizes is one run of the grid. */
  static boolean isOneRun(Shape sizes, Shape grid) {
    int dimension = 0;
    while (dimension < sizes.rank() && sizes.get(dimension) == 1) {
      dimension++;
    }
    for (int i = dimension + 1; i < sizes.rank(); i++) {
      if (sizes.get(i) != grid.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Its first element in the output. */
  long first() {
    return first;
  }

  /** The element behind its last one in the output. */
  long end() {
    return start(runs - 1) + run;
  }

  /** Where a run begins in the output. */
  private long start(long number) {
    long at = first;
    long rest = number;
    for (int i = outer - 1; i >= 0; i--) {
      at += rest % sizes[i] * steps[i];
      rest /= sizes[i];
    }
    return at;
  }

  /** The first run that ends behind an element of the output. */
  private long firstRun(long element) {
    long low = 0;
    long high = runs;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (start(middle) + run > element) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Writes those of its elements that lie in a part of the output.
   *
   * @param from the first element of the part
   * @param to the element behind the last
   * @param target takes the part
   */
  void fill(long from, long to, MemorySegment target) throws IOException {
    CRC32 crc = source.check == null ? null : new CRC32();
    ElementReader strided = view.isContiguous() ? null : new ElementReader(view, source.bytes);
    long end = 0;
    for (long number = firstRun(from); number < runs; number++) {
      long start = start(number);
      if (start >= to) {
        break;
      }
      long begin = Math.max(start, from);
      long count = Math.min(start + run, to) - begin;
      long element = number * run + begin - start;
      MemorySegment part = target.asSlice((begin - from) * elementSize, count * elementSize);
      if (strided != null) {
        strided.read(element, part);
      } else {
        source.bytes.read((view.offset() + element) * elementSize, part.asByteBuffer());
        if (crc != null) {
          crc.update(part.asByteBuffer());
        }
        DirectCopy.transform(part, view);
      }
      end = (element + count) * elementSize;
    }
    StorageSource.RecordCheck check = source.check;
    if (check != null && crc != null && end > 0) {
      check.sum().add((int) crc.getValue(), check.source().size() - end);
    }
  }
}
