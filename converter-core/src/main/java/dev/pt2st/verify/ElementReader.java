package dev.pt2st.verify;

import static dev.pt2st.io.LittleEndian.BYTE;
import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Reads the numbers of a tensor by their position in row-major order, through a buffer around the
 * last one that was read. Not thread-safe.
 */
final class ElementReader {
  private static final int KEPT = 1024;

  private final DType dtype;
  private final StridedBytes bytes;
  private final long count;
  private MemorySegment kept = MemorySegment.ofArray(new byte[0]);
  private long first;
  private long end;

  ElementReader(TensorView view, StorageBytes storages) {
    dtype = view.dtype();
    bytes = new StridedBytes(view, storages.get(view.storage()));
    count = view.elementCount();
  }

  /** Reads numbers ahead into the buffer. */
  void load(long from, int howMany) {
    long length = (long) howMany * dtype.byteSize();
    kept = MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
    bytes.read(from * dtype.byteSize(), kept);
    first = from;
    end = from + howMany;
  }

  private long at(long index) {
    if (index < first || index >= end) {
      load(index, (int) Math.min(KEPT, count - index));
    }
    return (index - first) * dtype.byteSize();
  }

  /** An integer. */
  long integer(long index) {
    long at = at(index);
    return switch (dtype) {
      case I8 -> kept.get(BYTE, at);
      case U8 -> kept.get(BYTE, at) & 0xff;
      case I16 -> kept.get(SHORT, at);
      case U16 -> kept.get(SHORT, at) & 0xffff;
      case I32 -> kept.get(INT, at);
      case U32 -> Integer.toUnsignedLong(kept.get(INT, at));
      case I64, U64 -> kept.get(LONG, at);
      default -> throw new IllegalArgumentException(dtype + " is not an integer");
    };
  }

  /** A floating-point number. */
  double real(long index) {
    long at = at(index);
    return switch (dtype) {
      case F16 -> Float.float16ToFloat(kept.get(SHORT, at));
      case BF16 -> Float.intBitsToFloat(kept.get(SHORT, at) << 16);
      case F32 -> Float.intBitsToFloat(kept.get(INT, at));
      case F64 -> Double.longBitsToDouble(kept.get(LONG, at));
      default -> throw new IllegalArgumentException(dtype + " is not a real number");
    };
  }
}
