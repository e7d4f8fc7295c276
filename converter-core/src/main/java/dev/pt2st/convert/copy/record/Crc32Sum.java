package dev.pt2st.convert.copy.record;

/**
 * The CRC-32 of a record whose pieces are read by several threads in any order.
 *
 * <p>The CRC of two runs of bytes in a row is that of the first, multiplied by x<sup>8n</sup>
 * modulo the polynomial for the n bytes of the second, plus that of the second (zlib's {@code
 * crc32_combine}). So each piece contributes a share that depends only on its bytes and on how many
 * bytes follow it.
 */
final class Crc32Sum {
  /** The polynomial of CRC-32 with its bits reversed: bit 31 is x to the power 0. */
  private static final int POLYNOMIAL = 0xedb88320;

  private static final int ONE = 1 << 31;

  /** x to the power 2 to the power n. */
  private static final int[] POWERS = new int[64];

  static {
    POWERS[0] = 1 << 30;
    for (int n = 1; n < POWERS.length; n++) {
      POWERS[n] = multiply(POWERS[n - 1], POWERS[n - 1]);
    }
  }

  private Crc32Sum() {}

  /**
   * The share of a piece: the CRC-32 of the record is the exclusive or of all shares.
   *
   * @param crc the CRC-32 of the piece alone
   * @param bytesAfter how many bytes of the record follow the piece
   */
  static int share(int crc, long bytesAfter) {
    int factor = ONE;
    int power = 3;
    for (long rest = bytesAfter; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        factor = multiply(POWERS[power], factor);
      }
      power++;
    }
    return factor == ONE ? crc : multiply(factor, crc);
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }
}
