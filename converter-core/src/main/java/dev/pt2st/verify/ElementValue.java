package dev.pt2st.verify;

import dev.pt2st.tensor.DType;
import java.util.Locale;

/** Formats the value of an element from its bits. */
final class ElementValue {
  private ElementValue() {}

  /**
   * Formats a value.
   *
   * @param dtype a dtype of safetensors
   * @param bits of the element, the sign bit highest; other bits are zero
   */
  static String of(DType dtype, long bits) {
    return switch (dtype) {
      case BOOL -> bits == 0 ? "false" : bits == 1 ? "true" : "true as " + bits;
      case U8, U16, U32, U64 -> Long.toUnsignedString(bits);
      case I8 -> Byte.toString((byte) bits);
      case I16 -> Short.toString((short) bits);
      case I32 -> Integer.toString((int) bits);
      case I64 -> Long.toString(bits);
      case F64 -> Double.toString(Double.longBitsToDouble(bits));
      case F32 -> Float.toString(Float.intBitsToFloat((int) bits));
      case F16 -> Float.toString(Float.float16ToFloat((short) bits));
      case BF16 -> Float.toString(Float.intBitsToFloat((int) bits << 16));
      case C64 -> complex((int) bits, (int) (bits >>> 32));
      case F8_E8M0 -> bits == 0xff ? "NaN" : Double.toString(Math.scalb(1.0, (int) bits - 127));
      case F8_E5M2 -> small(bits, 5, 2, 15, Specials.IEEE);
      case F8_E4M3 -> small(bits, 4, 3, 7, Specials.ALL_ONES);
      case F8_E5M2FNUZ -> small(bits, 5, 2, 16, Specials.NEGATIVE_ZERO);
      case F8_E4M3FNUZ -> small(bits, 4, 3, 8, Specials.NEGATIVE_ZERO);
      case F6_E3M2 -> small(bits, 3, 2, 3, Specials.NONE);
      case F6_E2M3 -> small(bits, 2, 3, 1, Specials.NONE);
      case F4 -> small(bits, 2, 1, 1, Specials.NONE);
      default -> throw new IllegalArgumentException("no dtype of safetensors: " + dtype);
    };
  }

  /** Which bit patterns of a small float are NaN or infinite. */
  private enum Specials {
    /** As in IEEE 754: the highest exponent is infinity, or NaN if the fraction is not zero. */
    IEEE,
    /** NaN has all bits but the sign set, and there is no infinity ("fn"). */
    ALL_ONES,
    /** NaN has the bits of negative zero, and there is no infinity ("fnuz"). */
    NEGATIVE_ZERO,
    /** All bit patterns are finite numbers. */
    NONE
  }

  /**
   * A float of eight bits or fewer: a sign bit, then the bits of the exponent and the fraction. See
   * the OCP Microscaling Formats specification, and {@code c10/util/Float8_*.h} of PyTorch.
   */
  private static String small(
      long bits, int exponentBits, int fractionBits, int bias, Specials specials) {
    int fraction = (int) bits & (1 << fractionBits) - 1;
    int highest = (1 << exponentBits) - 1;
    int exponent = (int) (bits >>> fractionBits) & highest;
    boolean negative = bits >>> (exponentBits + fractionBits) != 0;
    switch (specials) {
      case IEEE -> {
        if (exponent == highest) {
          return fraction != 0 ? "NaN" : negative ? "-Infinity" : "Infinity";
        }
      }
      case ALL_ONES -> {
        if (exponent == highest && fraction == (1 << fractionBits) - 1) {
          return "NaN";
        }
      }
      case NEGATIVE_ZERO -> {
        if (negative && exponent == 0 && fraction == 0) {
          return "NaN";
        }
      }
      case NONE -> {}
    }
    double size =
        exponent == 0
            ? Math.scalb((double) fraction, 1 - bias - fractionBits)
            : Math.scalb((double) fraction + (1 << fractionBits), exponent - bias - fractionBits);
    return Double.toString(negative ? -size : size);
  }

  private static String complex(int real, int imaginary) {
    String second = Float.toString(Float.intBitsToFloat(imaginary));
    return Float.intBitsToFloat(real) + (second.startsWith("-") ? "" : "+") + second + "j";
  }

  /** The bits of an element in hexadecimal, with as many digits as its dtype needs. */
  static String hexadecimal(DType dtype, long bits) {
    int digits = (dtype.bitSize() + 3) / 4;
    return String.format(Locale.ROOT, "0x%0" + digits + "x", bits);
  }
}
