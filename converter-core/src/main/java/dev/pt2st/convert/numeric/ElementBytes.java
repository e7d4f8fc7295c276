package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Changes elements in place: byte order, conjugation and negation. The last two expect
 * little-endian bytes.
 */
public final class ElementBytes {
  private ElementBytes() {}

  /** Reverses the bytes of each unit. */
  public static void swap(MemorySegment bytes, int unit) {
    long size = bytes.byteSize();
    switch (unit) {
      case 1 -> {}
      case 2 -> {
        for (long at = 0; at < size; at += 2) {
          bytes.set(SHORT, at, Short.reverseBytes(bytes.get(SHORT, at)));
        }
      }
      case 4 -> {
        for (long at = 0; at < size; at += 4) {
          bytes.set(INT, at, Integer.reverseBytes(bytes.get(INT, at)));
        }
      }
      case 8 -> {
        for (long at = 0; at < size; at += 8) {
          bytes.set(LONG, at, Long.reverseBytes(bytes.get(LONG, at)));
        }
      }
      default -> throw new IllegalArgumentException("units of " + unit + " bytes");
    }
  }

  /**
   * Flips the sign bit of every imaginary part, so that zeros and NaNs change as in PyTorch.
   *
   * @param bytes begin with a real part
   * @param dtype a complex dtype, or the dtype of the parts
   */
  public static void conjugate(MemorySegment bytes, DType dtype) {
    long size = bytes.byteSize();
    switch (dtype) {
      case F16 -> {
        for (long at = 2; at < size; at += 4) {
          bytes.set(SHORT, at, (short) (bytes.get(SHORT, at) ^ 1 << 15));
        }
      }
      case F32, C64 -> {
        for (long at = 4; at < size; at += 8) {
          bytes.set(INT, at, bytes.get(INT, at) ^ 1 << 31);
        }
      }
      case F64 -> {
        for (long at = 8; at < size; at += 16) {
          bytes.set(LONG, at, bytes.get(LONG, at) ^ 1L << 63);
        }
      }
      default -> throw new IllegalArgumentException(dtype + " has no conjugate here");
    }
  }

  /** Flips the sign of every number, and of both parts of complex numbers. */
  public static void negate(MemorySegment bytes, DType dtype) {
    long size = bytes.byteSize();
    switch (dtype) {
      case F16, BF16 -> {
        for (long at = 0; at < size; at += 2) {
          bytes.set(SHORT, at, (short) (bytes.get(SHORT, at) ^ 1 << 15));
        }
      }
      case F32, C64 -> {
        for (long at = 0; at < size; at += 4) {
          bytes.set(INT, at, bytes.get(INT, at) ^ 1 << 31);
        }
      }
      case F64 -> {
        for (long at = 0; at < size; at += 8) {
          bytes.set(LONG, at, bytes.get(LONG, at) ^ 1L << 63);
        }
      }
      default -> throw new IllegalArgumentException(dtype + " is not negated here");
    }
  }
}
