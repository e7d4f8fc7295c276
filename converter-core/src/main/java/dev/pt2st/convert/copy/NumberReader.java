package dev.pt2st.convert.copy;

import static dev.pt2st.io.LittleEndian.BYTE;
import static dev.pt2st.io.LittleEndian.DOUBLE;
import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Reads numbers of any dtype, a bounded number at a time. Not thread-safe. */
final class NumberReader {
  /** The most numbers that are read at once. */
  static final int MOST = 2048;

  private final TensorView view;
  private final ElementReader reader;
  private final MemorySegment buffer;

  NumberReader(TensorView view, StorageSources sources) {
    this.view = view;
    this.reader = new ElementReader(view, sources.of(view.storage()));
    this.buffer = MemorySegment.ofArray(new byte[MOST * view.dtype().byteSize()]);
  }

  /** The view {@code view[index]}: one index of the first dimension. */
  static TensorView row(TensorView view, long index) {
    long[] sizes = view.shape().toArray();
    long[] strides = view.strides().toArray();
    return new TensorView(
        view.storage(),
        view.dtype(),
        view.offset() + index * strides[0],
        Shape.of(Arrays.copyOfRange(sizes, 1, sizes.length)),
        Shape.of(Arrays.copyOfRange(strides, 1, strides.length)),
        view.conjugated(),
        view.negated());
  }

  /**
   * Reads integers.
   *
   * @param from the first, in row-major order
   * @param count how many, at most {@link #MOST}
   * @param into receives them from its start; unsigned 64-bit integers are stored as signed ones
   */
  void integers(long from, int count, long[] into) {
    int size = read(from, count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * size;
      into[i] =
          switch (view.dtype()) {
            case I8 -> buffer.get(BYTE, at);
            case U8 -> buffer.get(BYTE, at) & 0xff;
            case I16 -> buffer.get(SHORT, at);
            case U16 -> buffer.get(SHORT, at) & 0xffff;
            case I32 -> buffer.get(INT, at);
            case U32 -> Integer.toUnsignedLong(buffer.get(INT, at));
            case I64, U64 -> buffer.get(LONG, at);
            default -> throw new IllegalArgumentException(view.dtype() + " is not an integer");
          };
    }
  }

  /**
   * Reads floating-point numbers of 16 bits or more.
   *
   * @param from the first, in row-major order
   * @param count how many, at most {@link #MOST}
   * @param into receives them from its start
   */
  void reals(long from, int count, double[] into) {
    int size = read(from, count);
    for (int i = 0; i < count; i++) {
      long at = (long) i * size;
      into[i] =
          switch (view.dtype()) {
            case F16 -> Float.float16ToFloat(buffer.get(SHORT, at));
            case BF16 -> Float.intBitsToFloat(buffer.get(SHORT, at) << 16);
            case F32 -> buffer.get(FLOAT, at);
            case F64 -> buffer.get(DOUBLE, at);
            default -> throw new IllegalArgumentException(view.dtype() + " is not a real number");
          };
    }
  }

  /** Reads into the buffer; returns the size of an element in bytes. */
  private int read(long from, int count) {
    int size = view.dtype().byteSize();
    reader.read(from, buffer.asSlice(0, (long) count * size));
    return size;
  }
}
