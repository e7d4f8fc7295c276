package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.DOUBLE;
import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Casts elements from one floating dtype to another, rounding to nearest, ties to even, as
 * PyTorch's {@code to(dtype)} does. Not thread-safe.
 *
 * <p>The loops are simple enough to be compiled to vector instructions. Values that need a branch,
 * NaNs and overflows, are detected by the maximum of the whole run and corrected afterwards.
 */
public final class Caster {
  /** Elements of a run, so that its arrays stay in or near the first-level cache. */
  public static final int RUN = 4096;

  private static final int MAGNITUDE = Integer.MAX_VALUE;

  private final byte[] bytes = new byte[RUN];
  private final short[] shorts = new short[RUN];
  private final long[] longs = new long[RUN];
  private final double[] doubles = new double[RUN];

  /** The elements as float32, twice: as numbers and as their bits. */
  private final float[] floats = new float[RUN];

  private final int[] bits = new int[RUN];

  /** The float32 of each 8-bit float of the last such dtype. */
  private final int[] table = new int[256];

  private DType tableOf = DType.BOOL;

  /**
   * Casts a run.
   *
   * @param count elements, at most {@link #RUN}
   * @return how many finite elements have become infinite
   */
  public int cast(DType from, MemorySegment source, DType to, MemorySegment target, int count) {
    int overflows = load(from, source, count);
    int largest = largest(bits, count);
    switch (to) {
      case F32 -> MemorySegment.copy(bits, 0, target, INT, 0, count);
      case F16 -> {
        toHalf(floats, shorts, count);
        if (largest >= FloatBits.HALF_OVERFLOW) {
          overflows += between(bits, count, FloatBits.HALF_OVERFLOW);
        }
        for (int i = 0; largest > FloatBits.INFINITY && i < count; i++) {
          if ((bits[i] & MAGNITUDE) > FloatBits.INFINITY) {
            shorts[i] = FloatBits.nanToHalf(bits[i]);
          }
        }
        MemorySegment.copy(shorts, 0, target, SHORT, 0, count);
      }
      case BF16 -> {
        toBFloat16(bits, shorts, count);
        if (largest >= FloatBits.BFLOAT16_OVERFLOW) {
          overflows += between(bits, count, FloatBits.BFLOAT16_OVERFLOW);
        }
        short nan = FloatBits.nanOfBFloat16(from);
        for (int i = 0; largest > FloatBits.INFINITY && i < count; i++) {
          if ((bits[i] & MAGNITUDE) > FloatBits.INFINITY) {
            shorts[i] = nan;
          }
        }
        MemorySegment.copy(shorts, 0, target, SHORT, 0, count);
      }
      default -> throw new IllegalArgumentException("nothing is cast to " + to);
    }
    return overflows;
  }

  /** Converts the source to float32; returns how many finite elements have become infinite. */
  private int load(DType from, MemorySegment source, int count) {
    switch (from) {
      case F32 -> {
        MemorySegment.copy(source, FLOAT, 0, floats, 0, count);
        MemorySegment.copy(source, INT, 0, bits, 0, count);
      }
      case F16 -> {
        MemorySegment.copy(source, SHORT, 0, shorts, 0, count);
        ofHalf(shorts, floats, count);
        copyToBits(count);
        if (largest(bits, count) > FloatBits.INFINITY) {
          for (int i = 0; i < count; i++) {
            if ((shorts[i] & 0x7fff) > 0x7c00) {
              bits[i] = FloatBits.nanOfHalf(shorts[i]);
            }
          }
        }
      }
      case BF16 -> {
        MemorySegment.copy(source, SHORT, 0, shorts, 0, count);
        ofBFloat16(shorts, bits, count);
        copyToFloats(count);
      }
      case F64 -> {
        return loadDoubles(source, count);
      }
      default -> {
        if (tableOf != from) {
          for (int i = 0; i < table.length; i++) {
            table[i] = FloatBits.ofByte(from, (byte) i);
          }
          tableOf = from;
        }
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
        for (int i = 0; i < count; i++) {
          bits[i] = table[bytes[i] & 0xff];
        }
        copyToFloats(count);
      }
    }
    return 0;
  }

  private int loadDoubles(MemorySegment source, int count) {
    MemorySegment.copy(source, DOUBLE, 0, doubles, 0, count);
    MemorySegment.copy(source, LONG, 0, longs, 0, count);
    ofDouble(doubles, floats, count);
    copyToBits(count);
    int overflows = 0;
    if (largest(longs, count) >= FloatBits.FLOAT_OVERFLOW) {
      for (int i = 0; i < count; i++) {
        long magnitude = longs[i] & Long.MAX_VALUE;
        if (magnitude > FloatBits.DOUBLE_INFINITY) {
          bits[i] = FloatBits.nanOfDouble(longs[i]);
        } else if (magnitude >= FloatBits.FLOAT_OVERFLOW && magnitude < FloatBits.DOUBLE_INFINITY) {
          overflows++;
        }
      }
    }
    return overflows;
  }

  private void copyToBits(int count) {
    MemorySegment.copy(
        MemorySegment.ofArray(floats), 0, MemorySegment.ofArray(bits), 0, (long) count * 4);
  }

  private void copyToFloats(int count) {
    MemorySegment.copy(
        MemorySegment.ofArray(bits), 0, MemorySegment.ofArray(floats), 0, (long) count * 4);
  }

  private static void toHalf(float[] from, short[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.floatToFloat16(from[i]);
    }
  }

  private static void ofHalf(short[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.float16ToFloat(from[i]);
    }
  }

  /** Adds just under half of the last remaining bit, and one more if that bit is set. */
  private static void toBFloat16(int[] from, short[] to, int count) {
    for (int i = 0; i < count; i++) {
      int bits = from[i];
      to[i] = (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
  }

  private static void ofBFloat16(short[] from, int[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i] << 16;
    }
  }

  private static void ofDouble(double[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = (float) from[i];
    }
  }

  /** The largest bit pattern without its sign. */
  private static int largest(int[] bits, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, bits[i] & MAGNITUDE);
    }
    return largest;
  }

  private static long largest(long[] bits, int count) {
    long largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, bits[i] & Long.MAX_VALUE);
    }
    return largest;
  }

  /** How many elements are finite and at least this large without their signs. */
  private static int between(int[] bits, int count, int least) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      int magnitude = bits[i] & MAGNITUDE;
      if (magnitude >= least && magnitude < FloatBits.INFINITY) {
        found++;
      }
    }
    return found;
  }
}
