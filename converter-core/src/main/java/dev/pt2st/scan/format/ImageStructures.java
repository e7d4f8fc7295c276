package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** Images, as their specifications lay them out. */
final class ImageStructures {
  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_AROUND = 12;
  private static final int ICON_HEADER = 6;
  private static final int ICON_ENTRY = 16;
  private static final int MOST_DIRECTORIES = 10_000;

  /** The size of a TIFF value by its type, in bytes; the last types are those of BigTIFF. */
  private static final int[] TIFF_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private ImageStructures() {}

  /** PNG (W3C, third edition, 5.3): chunks from IHDR to IEND at the end of the file. */
  static Structure png(FormatBytes in) {
    long at = PNG_SIGNATURE;
    if (in.u32Big(at) != 13 || !in.has(at + 4, "IHDR")) {
      return Structure.BROKEN;
    }
    while (true) {
      long length = in.u32Big(at);
      if (length < 0 || !in.fits(at, length + PNG_AROUND) || !isLetters(in, at + 4)) {
        return Structure.BROKEN;
      }
      boolean isLast = in.has(at + 4, "IEND");
      at += length + PNG_AROUND;
      if (isLast) {
        return Structure.whole(length == 0 && at == in.size());
      }
    }
  }

  private static boolean isLetters(FormatBytes in, long at) {
    for (int i = 0; i < 4; i++) {
      long letter = in.u8(at + i) | 0x20;
      if (letter < 'a' || letter > 'z') {
        return false;
      }
    }
    return true;
  }

  /** JPEG (ITU-T T.81, annex B): segments and scans from SOI to EOI at the end of the file. */
  static Structure jpeg(FormatBytes in) {
    long at = 2;
    boolean hasFrame = false;
    while (in.u8(at) == 0xff) {
      long marker = in.u8(at + 1);
      if (marker == 0xff) {
        // Any marker may have fill bytes before it.
        at++;
        continue;
      }
      if (marker == 0xd9) {
        return Structure.whole(hasFrame && at + 2 == in.size());
      }
      long length = in.u16Big(at + 2);
      if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8) || length < 2) {
        return Structure.BROKEN;
      }
      hasFrame |= marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      at += 2 + length;
      if (marker == 0xda) {
        at = behindScan(in, at);
      }
    }
    return Structure.BROKEN;
  }

  /**
   * The next marker that is not part of the coded data, that is, neither a stuffed zero nor a
   * restart.
   */
  private static long behindScan(FormatBytes in, long from) {
    long at = from;
    while (true) {
      long value = in.u8(at);
      if (value == NONE) {
        return NONE;
      }
      if (value == 0xff) {
        long next = in.u8(at + 1);
        if (next != 0 && (next < 0xd0 || next > 0xd7)) {
          return at;
        }
      }
      at++;
    }
  }

  /** GIF (89a, CompuServe): blocks up to the trailer at the end of the file. */
  static Structure gif(FormatBytes in) {
    if (!in.has(4, "7a") && !in.has(4, "9a")) {
      return Structure.BROKEN;
    }
    long at = 13 + colours(in.u8(10));
    while (true) {
      long kind = in.u8(at);
      if (kind == ';') {
        return Structure.whole(at + 1 == in.size());
      }
      if (kind == '!') {
        at = behindBlocks(in, at + 2);
      } else if (kind == ',') {
        // A byte for the code size is between the colours and the data.
        at = behindBlocks(in, at + 10 + colours(in.u8(at + 9)) + 1);
      } else {
        return Structure.BROKEN;
      }
    }
  }

  private static long colours(long flags) {
    return (flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1);
  }

  private static long behindBlocks(FormatBytes in, long from) {
    long at = from;
    for (long length = in.u8(at); length > 0; length = in.u8(at)) {
      at += 1 + length;
    }
    return at + 1;
  }

  /** BMP (BITMAPINFOHEADER and its successors): the pixels end the file. */
  static Structure bmp(FormatBytes in) {
    long pixels = in.u32(10);
    long header = in.u32(14);
    long width = in.u32(18);
    long height = Math.abs((int) in.u32(22));
    long bits = in.u16(28);
    long compression = in.u32(30);
    if (in.u32(2) != in.size()
        || header < 40
        || header > 124
        || pixels < 14 + header
        || width > 1 << 20
        || height > 1 << 20) {
      return Structure.BROKEN;
    }
    boolean isPlain = compression == 0 || compression == 3;
    long bytes = isPlain ? (width * bits + 31) / 32 * 4 * height : in.u32(34);
    long behind = in.size() - pixels - bytes;
    return Structure.whole(bytes > 0 && behind >= 0 && behind < 4);
  }

  /** TIFF 6.0 and BigTIFF: a chain of directories, all of whose values are within the file. */
  static Structure tiff(FormatBytes in) {
    boolean isBig = in.has(0, "M");
    boolean isLong = number(in, 2, 2, isBig) == 43;
    if (isLong && (number(in, 4, 2, isBig) != 8 || number(in, 6, 2, isBig) != 0)) {
      return Structure.BROKEN;
    }
    int word = isLong ? 8 : 4;
    long at = number(in, isLong ? 8 : 4, word, isBig);
    for (int i = 0; i < MOST_DIRECTORIES; i++) {
      int width = isLong ? 8 : 2;
      long entries = number(in, at, width, isBig);
      int entry = 4 + 2 * word;
      if (at < 8 || entries <= 0 || entries > 0xffff || !in.fits(at + width, entries * entry)) {
        return Structure.BROKEN;
      }
      for (long k = 0; k < entries; k++) {
        if (!isTiffEntry(in, at + width + k * entry, word, isBig)) {
          return Structure.BROKEN;
        }
      }
      at = number(in, at + width + entries * entry, word, isBig);
      if (at == 0) {
        return Structure.START;
      }
    }
    return Structure.BROKEN;
  }

  private static boolean isTiffEntry(FormatBytes in, long at, int word, boolean isBig) {
    long type = number(in, at + 2, 2, isBig);
    long count = number(in, at + 4, word, isBig);
    if (type <= 0 || type >= TIFF_BYTES.length || TIFF_BYTES[(int) type] == 0 || count < 0) {
      return false;
    }
    return count <= word / TIFF_BYTES[(int) type]
        || (count <= in.size()
            && in.fits(number(in, at + 4 + word, word, isBig), count * TIFF_BYTES[(int) type]));
  }

  private static long number(FormatBytes in, long at, int bytes, boolean isBig) {
    return switch (bytes) {
      case 2 -> isBig ? in.u16Big(at) : in.u16(at);
      case 4 -> isBig ? in.u32Big(at) : in.u32(at);
      default -> isBig ? in.u64Big(at) : in.u64(at);
    };
  }

  /** Windows icons and cursors: the images in the directory fill the rest of the file. */
  static Structure icon(FormatBytes in) {
    long count = in.u16(4);
    long end = ICON_HEADER + count * ICON_ENTRY;
    long filled = end;
    if (count <= 0 || !in.fits(0, end)) {
      return Structure.BROKEN;
    }
    for (long i = 0; i < count; i++) {
      long entry = ICON_HEADER + i * ICON_ENTRY;
      long length = in.u32(entry + 8);
      long offset = in.u32(entry + 12);
      if (in.u8(entry + 3) != 0
          || length <= 0
          || offset < ICON_HEADER + count * ICON_ENTRY
          || !in.fits(offset, length)) {
        return Structure.BROKEN;
      }
      end = Math.max(end, offset + length);
      filled += length;
    }
    return Structure.whole(end == in.size() && filled == in.size());
  }
}
