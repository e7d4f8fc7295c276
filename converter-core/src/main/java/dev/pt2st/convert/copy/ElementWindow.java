package dev.pt2st.convert.copy;

import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Gives access to elements of a tensor at any position: in the source if they are stored as they
 * are written, else a bounded number in a buffer. Not thread-safe.
 */
final class ElementWindow {
  private static final int MOST_BYTES = 1 << 16;

  private final ElementReader reader;
  private final boolean direct;
  private final int elementSize;
  private final int parts;
  private final long elements;
  private final MemorySegment segment;
  private long first;
  private long end;
  private long offset;

  ElementWindow(TensorView view, StorageSource source) {
    // No array holds elements of 16 bytes, so these are read as two of 8.
    boolean asReal = view.dtype() == DType.COMPLEX128;
    this.parts = asReal ? 2 : 1;
    this.elementSize = view.dtype().byteSize();
    this.elements = view.elementCount();
    this.reader = new ElementReader(asReal ? view.asReal() : view, source);
    this.direct = reader.isDirect();
    this.segment = direct ? source.bytes() : MemorySegment.ofArray(new byte[MOST_BYTES]);
  }

  /**
   * Provides elements in {@link #segment()}, from {@link #offset()} on.
   *
   * @param element the first
   * @param count how many are wanted
   * @return how many are provided, at least one
   */
  long find(long element, long count) {
    if (direct) {
      offset = reader.directOffset(element * parts);
      return count;
    }
    if (element < first || element >= end) {
      // A caller that continues after the last window reads sequentially, so the buffer is filled.
      long most = MOST_BYTES / elementSize;
      long wanted = element == end ? Math.min(most, elements - element) : Math.min(most, count);
      reader.read(element * parts, segment.asSlice(0, wanted * elementSize));
      first = element;
      end = element + wanted;
    }
    offset = (element - first) * elementSize;
    return Math.min(count, end - element);
  }

  MemorySegment segment() {
    return segment;
  }

  long offset() {
    return offset;
  }
}
