package dev.pt2st.convert.copy;

import dev.pt2st.convert.copy.record.PieceReader;
import dev.pt2st.convert.copy.record.RecordSum;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent.Piece;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A piece of a tensor in the output: runs of elements that are contiguous there, and consecutive in
 * the piece.
 */
final class Box {
  private final TensorView view;
  private final PieceReader.Source source;
  private final int elementSize;

  /** Elements of a run. */
  private final long run;

  /** The number of outer dimensions that are iterated; a run holds the elements of the others. */
  private final int outer;

  private final long[] sizes;

  /** The stride of each outer dimension in the output, in elements. */
  private final long[] steps;

  private final long first;
  private final long runs;

  Box(Piece piece, Shape grid, PieceReader.Source source) {
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

  /** Whether a box of these sizes is one contiguous run of the grid. */
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

  /**
   * The extent of a piece in the output.
   *
   * @param first its first element
   * @param end the element after its last
   */
  record Extent(long first, long end) {}

  static Extent extent(Piece piece, Shape grid) {
    Shape sizes = piece.view().shape();
    long first = 0;
    long last = 0;
    long step = 1;
    for (int i = sizes.rank() - 1; i >= 0; i--) {
      first += piece.offsets().get(i) * step;
      last += (piece.offsets().get(i) + sizes.get(i) - 1) * step;
      step *= grid.get(i);
    }
    return new Extent(first, last + 1);
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

  /** The first run that ends after an element of the output. */
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
   * Writes the elements that are in a part of the output.
   *
   * @param from the first element of the part
   * @param to the element after the last
   * @param target receives the part
   */
  void fill(long from, long to, MemorySegment target, ThreadBuffers buffers) throws IOException {
    long begin = before(from);
    long end = before(to);
    if (begin == end) {
      return;
    }
    if (!view.isContiguous()) {
      ElementReader strided = new ElementReader(view, source.bytes());
      place(begin, end, from, target, (element, part) -> strided.read(element, part));
    } else if (run * elementSize >= ThreadBuffers.COPY_BYTES) {
      place(begin, end, from, target, this::readChecked);
    } else {
      fillTogether(begin, end, from, target, buffers.copy());
    }
  }

  /** How many of its elements come before an element of the output. */
  private long before(long element) {
    long number = firstRun(element);
    if (number == runs) {
      return runs * run;
    }
    return number * run + Math.max(0, element - start(number));
  }

  /** Reads elements into their place in the output. */
  @FunctionalInterface
  private interface Reader {
    void read(long element, MemorySegment part) throws IOException;
  }

  /** Gives each run of the output its elements. */
  private void place(long begin, long end, long from, MemorySegment target, Reader reader)
      throws IOException {
    for (long element = begin; element < end; ) {
      long inRun = element % run;
      long count = Math.min(run - inRun, end - element);
      long at = start(element / run) + inRun - from;
      reader.read(element, target.asSlice(at * elementSize, count * elementSize));
      element += count;
    }
  }

  private void readChecked(long element, MemorySegment part) throws IOException {
    ByteBuffer bytes = part.asByteBuffer();
    read(element, bytes);
    DirectCopy.transform(part, view);
  }

  /** Reads contiguous elements and updates the CRC-32. */
  private void read(long element, ByteBuffer target) throws IOException {
    source.bytes().read((view.offset() + element) * elementSize, target);
    RecordSum sum = source.check();
    if (sum != null) {
      CRC32 crc = new CRC32();
      crc.update(target.flip());
      long end = (view.offset() + element) * elementSize + target.limit();
      sum.add((int) crc.getValue(), sum.size() - end);
    }
  }

  /** Reads many short runs at once: they are contiguous in the piece, though not in the output. */
  private void fillTogether(
      long begin, long end, long from, MemorySegment target, ByteBuffer buffer) throws IOException {
    MemorySegment read = MemorySegment.ofBuffer(buffer);
    long most = buffer.capacity() / elementSize;
    for (long element = begin; element < end; ) {
      long first = element;
      long count = Math.min(most, end - first);
      read(first, buffer.clear().limit((int) count * elementSize));
      DirectCopy.transform(read.asSlice(0, count * elementSize), view);
      scatter(read, first, first + count, from, target);
      element += count;
    }
  }

  /** Copies each run from what was read together to its place; there may be millions of runs. */
  private void scatter(MemorySegment read, long begin, long end, long from, MemorySegment target) {
    long number = begin / run;
    long inRun = begin % run;
    for (long element = begin; element < end; ) {
      long count = Math.min(run - inRun, end - element);
      long at = start(number) + inRun - from;
      MemorySegment.copy(
          read, (element - begin) * elementSize, target, at * elementSize, count * elementSize);
      element += count;
      number++;
      inRun = 0;
    }
  }
}
