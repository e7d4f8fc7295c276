package dev.pt2st.zstd;

import java.nio.ByteBuffer;

/** Reads the description of a table (RFC 8878, section 4.1.1): forward, from the lowest bit on. */
final class FseHeader {
  private final ByteBuffer bytes;
  private final int end;
  private long bit;

  private FseHeader(ByteBuffer bytes, int from, int end) {
    this.bytes = bytes;
    this.end = end;
    this.bit = (long) from * Byte.SIZE;
  }

  /**
   * A table, and where its description ends.
   *
   * @param end the byte behind the description
   */
  record Read(FseTable table, int end) {}

  /**
   * Reads a table.
   *
   * @param maxLog the most bits that a state may have
   * @param meanings what each symbol stands for; there are no more symbols
   */
  static Read read(ByteBuffer bytes, int from, int end, int maxLog, long[] meanings)
      throws ZstdException {
    return new FseHeader(bytes, from, end).read(maxLog, meanings);
  }

  private Read read(int maxLog, long[] meanings) throws ZstdException {
    int log = bits(4) + 5;
    if (log > maxLog) {
      throw ZstdException.malformed("a table has too many states");
    }
    short[] counts = new short[meanings.length];
    int symbols = 0;
    int left = 1 << log;
    while (left > 0) {
      if (symbols == counts.length) {
        throw ZstdException.malformed("a table has too many symbols");
      }
      int count = share(left) - 1;
      counts[symbols++] = (short) count;
      left -= Math.abs(count);
      if (count == 0) {
        int zeros;
        do {
          zeros = bits(2);
          symbols += zeros;
        } while (zeros == 3);
        if (symbols > counts.length) {
          throw ZstdException.malformed("a table has too many symbols");
        }
      }
    }
    int behind = Math.toIntExact((bit + Byte.SIZE - 1) / Byte.SIZE);
    if (left < 0 || behind > end) {
      throw ZstdException.malformed("the shares of a table do not add up");
    }
    return new Read(FseTable.build(counts, symbols, log, meanings), behind);
  }

  /** A number up to {@code left + 1}; the smaller ones take a bit less. */
  private int share(int left) throws ZstdException {
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(left + 1);
    int value = bits(width);
    int lowerMask = (1 << (width - 1)) - 1;
    int threshold = (1 << width) - 1 - (left + 1);
    if ((value & lowerMask) < threshold) {
      bit--;
      return value & lowerMask;
    }
    return value > lowerMask ? value - threshold : value;
  }

  private int bits(int count) throws ZstdException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int at = (int) ((bit + i) / Byte.SIZE);
      // The last number may be shorter than it could be, and end with the description.
      int of = at < end ? bytes.get(at) : 0;
      value |= (of >> ((bit + i) % Byte.SIZE) & 1) << i;
    }
    bit += count;
    if (bit > (long) end * Byte.SIZE + 1) {
      throw ZstdException.malformed("the description of a table is cut short");
    }
    return value;
  }
}
