package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** Tables, documents and values of other programs. All these files are searched too. */
final class DataStructures {
  private static final int MOST_NESTING = 64;
  private static final int PDF_END = 2048;
  private static final int PARQUET_END = 8;
  private static final int ARROW_END = 10;
  private static final int R_HEADER = 14;

  /** The oldest R that may read versions 2 and 3 is 2.3.0; higher bytes are never used. */
  private static final long OLDEST_R = 0x00020300;

  private DataStructures() {}

  /**
   * PDF (ISO 32000-2, 7.5): a header, and a trailer that gives the start of the cross-references.
   */
  static Structure pdf(FormatBytes in) {
    long from = Math.max(0, in.size() - PDF_END);
    String end = in.text(from, in.size() - from, PDF_END);
    long digit = in.u8(5);
    return Structure.start(
        (digit == '1' || digit == '2')
            && in.u8(6) == '.'
            && end.contains("startxref")
            && end.contains("%%EOF"));
  }

  /**
   * Parquet (parquet-format, "File format"): a footer in Thrift, whose length is at the end of the
   * file.
   */
  static Structure parquet(FormatBytes in) {
    long end = in.size() - PARQUET_END;
    long length = in.u32(end);
    // The footer begins with its version: the first field, an i32 as a varint.
    return Structure.start(
        length > 0
            && length <= end - 4
            && in.has(end + 4, "PAR1")
            && in.has(end - length, "\u0015"));
  }

  /** Arrow (columnar format, "IPC File Format"): the footer is a FlatBuffers table. */
  static Structure arrow(FormatBytes in) {
    long end = in.size() - ARROW_END;
    long length = in.u32(end);
    long footer = end - length;
    return Structure.start(
        length > 0
            && footer >= 8
            && in.has(6, "\0\0")
            && in.has(end + 4, "ARROW1")
            && FlatBuffer.isTable(in, footer + in.u32(footer)));
  }

  /**
   * Files of {@code save} and {@code saveRDS} of R (R Internals, 1.8): in XDR, versions 2 and 3.
   */
  static Structure r(FormatBytes in) {
    long at = in.has(0, "RD") ? 5 : 0;
    long version = in.u32Big(at + 2);
    return Structure.start(
        in.has(at, "X\n")
            && (version == 2 || version == 3)
            && in.fits(at, R_HEADER)
            && in.u32Big(at + 6) >= OLDEST_R
            && in.u8(at + 6) == 0
            && in.u32Big(at + 10) >= OLDEST_R
            && in.u8(at + 10) == 0);
  }

  /**
   * MessagePack (msgpack/spec.md) as Flax writes it: one map with text keys, up to the end of the
   * file.
   */
  static Structure msgpack(FormatBytes in) {
    long first = in.u8(0);
    boolean isMap = (first > 0x80 && first <= 0x8f) || first == 0xde || first == 0xdf;
    return Structure.start(isMap && messages(in) == in.size());
  }

  /** The offset after the first value; none if it is broken. */
  private static long messages(FormatBytes in) {
    long[] left = new long[MOST_NESTING];
    boolean[] isMap = new boolean[MOST_NESTING];
    int depth = 0;
    long at = 0;
    left[0] = 1;
    while (true) {
      while (left[depth] == 0) {
        if (depth == 0) {
          return at;
        }
        depth--;
      }
      boolean isKey = isMap[depth] && (left[depth] & 1) == 0;
      left[depth]--;
      long first = in.u8(at);
      boolean isText = (first >= 0xa0 && first <= 0xbf) || (first >= 0xd9 && first <= 0xdb);
      if (first == NONE || first == 0xc1 || (isKey && !isText)) {
        return NONE;
      }
      long items = items(in, at, first);
      at += 1 + header(first);
      long bytes = bytes(in, at, first);
      if (items < 0 || bytes < 0 || !in.fits(at, bytes)) {
        return NONE;
      }
      at += bytes;
      if (items > 0) {
        if (++depth == MOST_NESTING) {
          return NONE;
        }
        left[depth] = items;
        isMap[depth] = first <= 0x8f || first >= 0xde;
      }
    }
  }

  /** How many bytes of a length or count follow the first byte. */
  private static int header(long first) {
    return switch ((int) first) {
      case 0xc4, 0xc7, 0xd9 -> 1;
      case 0xc5, 0xc8, 0xda, 0xdc, 0xde -> 2;
      case 0xc6, 0xc9, 0xdb, 0xdd, 0xdf -> 4;
      default -> 0;
    };
  }

  /** How many values this one contains. */
  private static long items(FormatBytes in, long at, long first) {
    return switch ((int) first) {
      case 0xdc -> in.u16Big(at + 1);
      case 0xdd -> in.u32Big(at + 1);
      case 0xde -> 2 * in.u16Big(at + 1);
      case 0xdf -> 2 * in.u32Big(at + 1);
      default -> first < 0x80 || first > 0x9f ? 0 : first < 0x90 ? 2 * (first & 15) : first & 15;
    };
  }

  /** How many bytes of content follow the length. */
  private static long bytes(FormatBytes in, long at, long first) {
    if (first >= 0xa0 && first <= 0xbf) {
      return first & 31;
    }
    return switch ((int) first) {
      case 0xc4, 0xd9 -> in.u8(at - 1);
      case 0xc5, 0xda -> in.u16Big(at - 2);
      case 0xc6, 0xdb -> in.u32Big(at - 4);
      // An extension has its type before its content.
      case 0xc7 -> 1 + in.u8(at - 1);
      case 0xc8 -> 1 + in.u16Big(at - 2);
      case 0xc9 -> 1 + in.u32Big(at - 4);
      case 0xcc, 0xd0 -> 1;
      case 0xcd, 0xd1, 0xd4 -> 2;
      case 0xd5 -> 3;
      case 0xca, 0xce, 0xd2 -> 4;
      case 0xd6 -> 5;
      case 0xcb, 0xcf, 0xd3 -> 8;
      case 0xd7 -> 9;
      case 0xd8 -> 17;
      default -> 0;
    };
  }
}
