package dev.pt2st.verify;

import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.CheckpointException;
import dev.pt2st.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The elements of a tensor in another floating dtype. Each is rounded on its own, first to float32
 * and then to the target dtype, to nearest with ties to even. NaNs are handled as {@link
 * dev.pt2st.convert.options.ConvertOptions#withCast} promises.
 */
final class CastBytes implements TensorBytes {

  private static final int AT_ONCE = 1024;

  private final TensorBytes source;
  private final DType from;
  private final DType to;

  /** The float32 of each 8-bit float; empty if the elements are larger. */
  private final int[] small;

  /**
   * @param source elements of {@code from}
   * @param to F32, F16 or BF16
   */
  CastBytes(TensorBytes source, DType from, DType to) {
    this.source = source;
    this.from = from;
    this.to = to;
    this.small = new int[from.byteSize() == 1 ? 256 : 0];
    for (int bits = 0; bits < small.length; bits++) {
      double number = Double.parseDouble(ElementValue.of(from, bits));
      small[bits] =
          Double.isNaN(number) ? nanOfByte(bits) : Float.floatToRawIntBits((float) number);
    }
  }

  @Override
  public long size() {
    return source.size() / from.byteSize() * to.byteSize();
  }

  @Override
  public void read(long position, MemorySegment target) throws CheckpointException, IOException {
    long element = position / to.byteSize();
    long elements = target.byteSize() / to.byteSize();
    MemorySegment some = MemorySegment.ofArray(new byte[AT_ONCE * from.byteSize()]);
    for (long done = 0; done < elements; done += AT_ONCE) {
      long count = Math.min(AT_ONCE, elements - done);
      source.read((element + done) * from.byteSize(), some.asSlice(0, count * from.byteSize()));
      for (long i = 0; i < count; i++) {
        int bits = floatOf(some, i);
        switch (to) {
          case F32 -> target.set(INT, (done + i) * 4, bits);
          case F16 -> target.set(SHORT, (done + i) * 2, half(bits));
          case BF16 -> target.set(SHORT, (done + i) * 2, brain(bits));
          default -> throw new IllegalArgumentException("nothing is cast to " + to);
        }
      }
    }
  }

  private int floatOf(MemorySegment elements, long index) {
    return switch (from) {
      case F32 -> elements.get(INT, index * 4);
      case BF16 -> elements.get(SHORT, index * 2) << 16;
      case F64 -> {
        long bits = elements.get(LONG, index * 8);
        double number = Double.longBitsToDouble(bits);
        int sign = (int) (bits >>> 32) & 0x80000000;
        yield Double.isNaN(number)
            ? sign | 0x7fc00000 | (int) ((bits & 0x000fffffffffffffL) >>> 29)
            : Float.floatToRawIntBits((float) number);
      }
      case F16 -> {
        short bits = elements.get(SHORT, index * 2);
        float number = Float.float16ToFloat(bits);
        yield Float.isNaN(number)
            ? (bits & 0x8000) << 16 | 0x7fc00000 | (bits & 0x3ff) << 13
            : Float.floatToRawIntBits(number);
      }
      default -> small[elements.get(ValueLayout.JAVA_BYTE, index) & 0xff];
    };
  }

  private int nanOfByte(int bits) {
    int sign = (bits & 0x80) << 24;
    return switch (from) {
      case F8_E5M2 -> sign | 0x7fc00000 | (bits & 3) << 21;
      case F8_E4M3 -> sign | 0x7ff00000;
      default -> 0x7f800001;
    };
  }

  private static short half(int bits) {
    float number = Float.intBitsToFloat(bits);
    return Float.isNaN(number)
        ? (short) ((bits & 0x80000000) >>> 16 | 0x7e00 | (bits & 0x003fe000) >>> 13)
        : Float.floatToFloat16(number);
  }

  private short brain(int bits) {
    if (Float.isNaN(Float.intBitsToFloat(bits))) {
      return (short) (from == DType.F64 || from == DType.F32 ? 0xffff : 0x7fc0);
    }
    int kept = bits >>> 16;
    int rest = bits & 0xffff;
    boolean up = rest > 0x8000 || (rest == 0x8000 && kept % 2 == 1);
    return (short) (up ? kept + 1 : kept);
  }
}
