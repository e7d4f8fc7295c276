package dev.pt2st.verify;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The elements of a strided view, each looked up in its storage: element (i, j, …) lies at {@code
 * offset + i·stride₀ + j·stride₁ + …}. Contiguous elements are read together.
 */
final class StridedBytes implements TensorBytes {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final TensorView view;
  private final MemorySegment storage;
  private final int elementBytes;

  /** The unit in bytes whose byte order is reversed in the storage; 1 if it is not. */
  private final int turned;

  /** The number of outer dimensions that are iterated; a row holds the elements of the rest. */
  private final int outer;

  private final long rowElements;

  /** The stride from one element of a row to the next, in elements. */
  private final long rowStride;

  /**
   * @param storage all bytes of the view's storage
   */
  StridedBytes(TensorView view, MemorySegment storage) {
    this.view = view;
    this.storage = storage;
    this.elementBytes = view.dtype().byteSize();
    boolean bigEndian = view.storage().order() == ByteOrder.BIG_ENDIAN;
    this.turned = bigEndian ? view.storage().dtype().swapSize() : 1;
    if (elementBytes % turned != 0) {
      throw new IllegalArgumentException(
          "elements of " + elementBytes + " bytes in a big-endian storage of " + turned);
    }
    Shape shape = view.shape();
    int dimension = shape.rank();
    long inRow = 1;
    while (dimension > 0
        && (shape.get(dimension - 1) == 1 || view.strides().get(dimension - 1) == inRow)) {
      inRow *= shape.get(dimension - 1);
      dimension--;
    }
    if (inRow == 1 && dimension > 0) {
      dimension--;
      this.rowElements = shape.get(dimension);
      this.rowStride = view.strides().get(dimension);
    } else {
      this.rowElements = inRow;
      this.rowStride = 1;
    }
    this.outer = dimension;
  }

  @Override
  public long size() {
    return view.byteSize();
  }

  @Override
  public void read(long position, MemorySegment target) {
    long element = position / elementBytes;
    long end = element + target.byteSize() / elementBytes;
    long at = 0;
    while (element < end) {
      long inRow = element % rowElements;
      long count = Math.min(rowElements - inRow, end - element);
      MemorySegment part = target.asSlice(at, count * elementBytes);
      readRow(rowStart(element / rowElements) + inRow * rowStride, count, part);
      applyBits(part, element);
      element += count;
      at += count * elementBytes;
    }
  }

  /** The start of a row in the storage, in elements. */
  private long rowStart(long row) {
    long start = view.offset();
    long rest = row;
    for (int i = outer - 1; i >= 0; i--) {
      long size = view.shape().get(i);
      start += rest % size * view.strides().get(i);
      rest /= size;
    }
    return start;
  }

  private void readRow(long start, long count, MemorySegment target) {
    if (rowStride == 1 && turned == 1) {
      MemorySegment.copy(storage, start * elementBytes, target, 0, target.byteSize());
      return;
    }
    // Each byte-reversed unit is read on its own: a complex number consists of two.
    int width = turned == 1 ? Math.min(elementBytes, Long.BYTES) : turned;
    for (int in = 0; in < elementBytes; in += width) {
      readUnits(start * elementBytes + in, width, count, target, in);
    }
  }

  /**
   * Reads one unit of each element of a row.
   *
   * @param from the byte offset of the first unit in the storage
   * @param width size of a unit in bytes
   * @param to the byte offset of the first unit in the target
   */
  private void readUnits(long from, int width, long count, MemorySegment target, int to) {
    long step = rowStride * elementBytes;
    boolean turn = turned > 1;
    for (long i = 0; i < count; i++) {
      long source = from + i * step;
      long at = to + i * elementBytes;
      switch (width) {
        case 1 -> target.set(BYTE, at, storage.get(BYTE, source));
        case 2 -> {
          short unit = storage.get(SHORT, source);
          target.set(SHORT, at, turn ? Short.reverseBytes(unit) : unit);
        }
        case 4 -> {
          int unit = storage.get(INT, source);
          target.set(INT, at, turn ? Integer.reverseBytes(unit) : unit);
        }
        case 8 -> {
          long unit = storage.get(LONG, source);
          target.set(LONG, at, turn ? Long.reverseBytes(unit) : unit);
        }
        default -> throw new IllegalArgumentException("units of " + width + " bytes");
      }
    }
  }

  /** Applies the neg and conj bits: the sign is the highest bit of the last byte of a number. */
  private void applyBits(MemorySegment elements, long first) {
    if (!view.negated() && !view.conjugated()) {
      return;
    }
    boolean complex = view.dtype().isComplex();
    int part = complex ? elementBytes / 2 : elementBytes;
    // If complex numbers are stored as pairs of reals, every second one is an imaginary part.
    boolean imaginary = !complex && first % 2 == 1;
    for (long at = part - 1L; at < elements.byteSize(); at += part) {
      if (view.negated() ^ (view.conjugated() && imaginary)) {
        elements.set(BYTE, at, (byte) (elements.get(BYTE, at) ^ 0x80));
      }
      imaginary = !imaginary;
    }
  }
}
