package dev.pt2st.zstd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The header of a frame (RFC 8878, section 3.1.1.1).
 *
 * @param windowSize how far back a match may lie
 * @param contentSize how many bytes the frame decodes to; negative if it does not say
 * @param hasChecksum whether a checksum follows the last block
 */
record FrameHeader(long windowSize, long contentSize, boolean hasChecksum) {

  static FrameHeader read(InputStream in) throws IOException {
    int descriptor = (int) number(in, 1);
    boolean single = (descriptor & 0x20) != 0;
    if ((descriptor & 8) != 0) {
      throw ZstdException.malformed("a reserved bit is set");
    }
    long windowSize = 0;
    if (!single) {
      int window = (int) number(in, 1);
      long base = 1L << (10 + (window >> 3));
      windowSize = base + base / 8 * (window & 7);
    }
    int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
    if (dictionaryBytes > 0 && number(in, dictionaryBytes) != 0) {
      throw new ZstdException(ZstdException.Kind.UNSUPPORTED, "the data needs a dictionary");
    }
    int sizeBytes =
        switch (descriptor >> 6) {
          case 0 -> single ? 1 : 0;
          case 1 -> 2;
          case 2 -> 4;
          default -> 8;
        };
    long contentSize = sizeBytes == 0 ? -1 : number(in, sizeBytes) + (sizeBytes == 2 ? 256 : 0);
    if (sizeBytes > 0 && contentSize < 0) {
      throw ZstdException.malformed("a frame says that it has more bytes than there can be");
    }
    return new FrameHeader(
        single ? contentSize : windowSize, contentSize, (descriptor & 4) != 0);
  }

  /** The next bytes as a little-endian number. */
  static long number(InputStream in, int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("a frame is cut short");
      }
      number |= (long) next << (i * Byte.SIZE);
    }
    return number;
  }
}
