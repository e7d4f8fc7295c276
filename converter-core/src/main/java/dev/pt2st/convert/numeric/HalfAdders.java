package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Sums of float16 and bfloat16, computed in float32. */
final class HalfAdders {
  private static final short QUIET_NAN_16 = 0x7e00;
  private static final short SIGN_16 = (short) 0x8000;
  private static final short QUIET_NAN_BRAIN = 0x7fc0;

  private HalfAdders() {}

  /**
   * An adder that rounds each sum.
   *
   * @param byElement whether PyTorch adds with the conversions of {@code c10::Half}, which keep
   *     only the sign of a NaN, instead of those of the processor
   */
  static Adder of(DType dtype, boolean byElement) {
    if (dtype == DType.BF16) {
      return new Adder(2) {
        @Override
        public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
          for (long i = 0; i < 2 * count; i += 2) {
            float sum = brain(sums.get(SHORT, to + i)) + brain(values.get(SHORT, from + i));
            sums.set(SHORT, to + i, Float.isNaN(sum) ? QUIET_NAN_BRAIN : toBrain(sum));
          }
        }
      };
    }
    return new Adder(2) {
      @Override
      public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
        for (long i = 0; i < 2 * count; i += 2) {
          short value = values.get(SHORT, from + i);
          short sum =
              Float.floatToFloat16(
                  Float.float16ToFloat(sums.get(SHORT, to + i)) + Float.float16ToFloat(value));
          sums.set(SHORT, to + i, byElement ? withoutPayload(sum) : sum);
        }
      }
    };
  }

  /** An adder that sums in float32 and rounds once. */
  static Adder wide(DType dtype) {
    boolean brain = dtype == DType.BF16;
    return new Adder(Float.BYTES) {
      @Override
      public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
        for (long i = 0; i < count; i++) {
          short value = values.get(SHORT, from + 2 * i);
          float number = brain ? brain(value) : Float.float16ToFloat(value);
          sums.set(FLOAT, to + 4 * i, sums.get(FLOAT, to + 4 * i) + number);
        }
      }

      @Override
      public void finish(MemorySegment sums, long count) {
        for (long i = 0; i < count; i++) {
          float sum = sums.get(FLOAT, 4 * i);
          short rounded = Float.floatToFloat16(sum);
          if (brain) {
            // The vector conversion of at::vec sets all bits of a NaN.
            rounded = Float.isNaN(sum) ? -1 : toBrain(sum);
          }
          sums.set(SHORT, 2 * i, rounded);
        }
      }
    };
  }

  private static short withoutPayload(short half) {
    return (half & 0x7fff) > 0x7c00 ? (short) ((half & SIGN_16) | QUIET_NAN_16) : half;
  }

  private static float brain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to nearest, ties to even; not for NaN. */
  private static short toBrain(float number) {
    int bits = Float.floatToRawIntBits(number);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
