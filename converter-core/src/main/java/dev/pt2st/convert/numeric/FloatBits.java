package dev.pt2st.convert.numeric;

import dev.pt2st.tensor.DType;

/**
 * Converts single floating-point numbers by their bits, as PyTorch does when it changes a dtype
 * ({@code c10/util/Half.h}, {@code BFloat16.h}, {@code Float8_*.h}). Every conversion goes through
 * float32, even from float64 ({@code static_cast_with_inter_type} in {@code c10/util/TypeCast.h}),
 * so a float64 is rounded twice.
 *
 * <p>PyTorch's result for a NaN depends on the processor, on strides and on whether an element is
 * among the last of a tensor. Here it is always the result of its vectorised kernels for x86-64
 * ({@code ATen/cpu/vec/vec256} and {@code vec512}).
 */
final class FloatBits {
  /** The bits of infinity; larger bit patterns without the sign are NaN. */
  static final int INFINITY = 0x7f800000;

  /** The least magnitude that rounds to infinity as a float16: 65520. */
  static final int HALF_OVERFLOW = 0x477ff000;

  /** The least magnitude that rounds to infinity as a bfloat16. */
  static final int BFLOAT16_OVERFLOW = 0x7f7f8000;

  /** The bits of infinity as a float64. */
  static final long DOUBLE_INFINITY = 0x7ff0000000000000L;

  /** The least magnitude that rounds to infinity as a float32: 2^128 - 2^103. */
  static final long FLOAT_OVERFLOW = 0x47effffff0000000L;

  private static final int QUIET = 0x00400000;
  private static final int NO_NUMBER = 0x7f800001;

  private FloatBits() {}

  /** Converts a float64 NaN to float32: quiet, with the upper bits of its payload. */
  static int nanOfDouble(long bits) {
    return ((int) (bits >>> 32) & (1 << 31))
        | INFINITY
        | QUIET
        | ((int) (bits >>> 29) & 0x003fffff);
  }

  /** Converts a float16 NaN to float32: quiet, with its payload. */
  static int nanOfHalf(short bits) {
    return ((bits & 0x8000) << 16) | INFINITY | QUIET | ((bits & 0x3ff) << 13);
  }

  /** Converts a float32 NaN to float16: quiet, with the upper bits of its payload. */
  static short nanToHalf(int bits) {
    return (short) (((bits >>> 16) & 0x8000) | 0x7e00 | ((bits >>> 13) & 0x1ff));
  }

  /**
   * The bfloat16 that all NaNs of a dtype become. Not even the sign is kept: the vectorised kernels
   * set all bits, and without such a kernel the result is the NaN of {@code BFloat16.h}.
   *
   * @param from the dtype before the conversion
   */
  static short nanOfBFloat16(DType from) {
    return switch (from) {
      case F32, F64 -> (short) 0xffff;
      default -> (short) 0x7fc0;
    };
  }

  /**
   * Converts an 8-bit float to float32, which is exact.
   *
   * @param dtype one of the 8-bit floating dtypes
   */
  static int ofByte(DType dtype, byte bits) {
    int value = bits & 0xff;
    return switch (dtype) {
      case F8_E5M2 -> {
        short half = (short) (value << 8);
        yield (value & 0x7f) > 0x7c
            ? nanOfHalf(half)
            : Float.floatToRawIntBits(Float.float16ToFloat(half));
      }
      case F8_E4M3 ->
          (value & 0x7f) == 0x7f
              ? ((value & 0x80) << 24) | INFINITY | 0x00700000
              : small(value, 3, 7);
      case F8_E4M3FNUZ -> value == 0x80 ? NO_NUMBER : small(value, 3, 8);
      case F8_E5M2FNUZ -> value == 0x80 ? NO_NUMBER : small(value, 2, 16);
      case F8_E8M0 ->
          value == 0xff ? NO_NUMBER : Float.floatToRawIntBits(Math.scalb(1f, value - 127));
      default -> throw new IllegalArgumentException(dtype + " has no 8-bit floats");
    };
  }

  /**
   * Converts an 8-bit float without infinities: a sign, an exponent and the given number of
   * fraction bits.
   */
  private static int small(int value, int fractionBits, int bias) {
    int exponent = (value & 0x7f) >> fractionBits;
    int fraction = value & ((1 << fractionBits) - 1);
    int significand = exponent == 0 ? fraction : fraction | (1 << fractionBits);
    float magnitude = Math.scalb((float) significand, Math.max(exponent, 1) - bias - fractionBits);
    return ((value & 0x80) << 24) | Float.floatToRawIntBits(magnitude);
  }
}
