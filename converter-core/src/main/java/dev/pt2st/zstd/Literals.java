package dev.pt2st.zstd;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The literals section of a block (RFC 8878, section 3.1.1.3.1). */
final class Literals {
  private static final int RAW = 0;
  private static final int RUN = 1;
  private static final int COMPRESSED = 2;

  private final ByteBuffer bytes;
  private final BackwardBits[] streams;

  /** The literals, with room behind them for copies of eight bytes at a time. */
  final byte[] literals = new byte[ZstdInputStream.MAX_BLOCK + ZstdInputStream.SLACK];

  private int size;
  private @Nullable HuffmanTable table;

  /**
   * @param bytes the block, little-endian
   */
  Literals(ByteBuffer bytes) {
    this.bytes = bytes;
    this.streams = new BackwardBits[4];
    Arrays.setAll(streams, i -> new BackwardBits(bytes));
  }

  /** A new frame begins: what blocks before have left behind counts no longer. */
  void reset() {
    table = null;
  }

  /** How many literals the section has. */
  int size() {
    return size;
  }

  private int u8(int at, int end) throws ZstdException {
    if (at >= end) {
      throw ZstdException.malformed("the literals of a block are cut short");
    }
    return bytes.get(at) & 0xff;
  }

  /**
   * Reads the section.
   *
   * @return the byte behind it
   */
  int read(int from, int end) throws ZstdException {
    int first = u8(from, end);
    int kind = first & 3;
    int format = first >> 2 & 3;
    return kind <= RUN
        ? readPlain(from, end, kind, format)
        : readCompressed(from, end, kind, format);
  }

  private int readPlain(int from, int end, int kind, int format) throws ZstdException {
    int headerSize = format == 3 ? 3 : format == 1 ? 2 : 1;
    int header = 0;
    for (int i = 0; i < headerSize; i++) {
      header |= u8(from + i, end) << (i * Byte.SIZE);
    }
    setSize(headerSize == 1 ? header >> 3 : header >> 4);
    int at = from + headerSize;
    if (kind == RAW) {
      if (size > end - at) {
        throw ZstdException.malformed("the literals of a block are cut short");
      }
      bytes.get(at, literals, 0, size);
      return at + size;
    }
    Arrays.fill(literals, 0, size, (byte) u8(at, end));
    return at + 1;
  }

  private int readCompressed(int from, int end, int kind, int format) throws ZstdException {
    int width = format <= 1 ? 10 : format == 2 ? 14 : 18;
    int headerSize = (4 + 2 * width + Byte.SIZE - 1) / Byte.SIZE;
    long header = 0;
    for (int i = 0; i < headerSize; i++) {
      header |= (long) u8(from + i, end) << (i * Byte.SIZE);
    }
    long mask = (1L << width) - 1;
    setSize((int) (header >> 4 & mask));
    int compressedSize = (int) (header >> (4 + width) & mask);
    int at = from + headerSize;
    if (compressedSize > end - at) {
      throw ZstdException.malformed("the literals of a block are cut short");
    }
    int behind = at + compressedSize;
    if (kind == COMPRESSED) {
      HuffmanTable.Read read = HuffmanTable.read(bytes, at, behind);
      table = read.table();
      at = read.end();
    }
    HuffmanTable known = table;
    if (known == null) {
      throw ZstdException.malformed("a block uses a Huffman table that was never given");
    }
    if (format == 0) {
      streams[0].open(at, behind);
      known.decode(streams[0], literals, 0, size);
    } else {
      openFour(at, behind);
      known.decode(bytes, streams, literals, 0, size);
    }
    return behind;
  }

  private void openFour(int from, int behind) throws ZstdException {
    int at = from + 6;
    for (int i = 0; i < 4; i++) {
      int next = i == 3 ? behind : at + (u8(from + 2 * i, behind) | u8(from + 2 * i + 1, behind) << 8);
      if (next > behind) {
        throw ZstdException.malformed("a Huffman stream runs past its block");
      }
      streams[i].open(at, next);
      at = next;
    }
  }

  private void setSize(int count) throws ZstdException {
    if (count > ZstdInputStream.MAX_BLOCK) {
      throw ZstdException.malformed("a block has too many literals");
    }
    size = count;
  }
}
