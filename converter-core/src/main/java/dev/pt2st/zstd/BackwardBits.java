package dev.pt2st.zstd;

import java.nio.ByteBuffer;

/**
 * A bit stream that is read from its last bit to its first (RFC 8878, section 4.1): the highest set
 * bit of the last byte marks the end. Reading before the first bit gives anything, and {@link
 * #isFinished} tells.
 */
final class BackwardBits {
  private final ByteBuffer bytes;
  private int start;

  // 64 bits of the stream, those already read on top. Open to the decoder of four streams at once,
  // which keeps them in local variables.
  long container;
  int consumed;
  int position;

  /**
   * @param bytes little-endian, with eight bytes more than any stream needs
   */
  BackwardBits(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Begins with the stream in these bytes. */
  void open(int from, int to) throws ZstdException {
    int last = to > from ? bytes.get(to - 1) & 0xff : 0;
    if (last == 0) {
      throw ZstdException.malformed("a bit stream has no end");
    }
    start = from;
    consumed = Integer.numberOfLeadingZeros(last) - 23;
    if (to - from >= Long.BYTES) {
      position = to - Long.BYTES;
      container = bytes.getLong(position);
    } else {
      position = from;
      container = bytes.getLong(from);
      // What is above the stream counts as read.
      consumed += Long.SIZE - (to - from) * Byte.SIZE;
    }
  }

  int start() {
    return start;
  }

  /** The next bits, up to 56 after a {@link #refill}. */
  long read(int count) {
    long bits = container << consumed >>> 1 >>> (Long.SIZE - 1 - count);
    consumed += count;
    return bits;
  }

  /** Makes room for more bits to be read. */
  void refill() throws ZstdException {
    if (consumed > Long.SIZE) {
      throw ZstdException.malformed("a bit stream is cut short");
    }
    int back = Math.min(consumed >>> 3, position - start);
    position -= back;
    consumed -= back << 3;
    container = bytes.getLong(position);
  }

  /** How many bits are left; negative if more were read than there are. */
  int left() {
    return (position - start) * Byte.SIZE + Long.SIZE - consumed;
  }

  /** Whether just all bits have been read. */
  boolean isFinished() {
    return left() == 0;
  }
}
