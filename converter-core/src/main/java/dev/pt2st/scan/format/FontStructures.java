package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** Fonts: OpenType (ISO/IEC 14496-22), WOFF 1.0 and 2.0 (W3C). */
final class FontStructures {
  private static final int SFNT_HEADER = 12;
  private static final int SFNT_RECORD = 16;
  private static final int WOFF_HEADER = 44;
  private static final int WOFF_RECORD = 20;
  private static final int WOFF2_HEADER = 48;
  private static final int WORD = 4;
  private static final int MOST_FONTS = 4096;

  private FontStructures() {}

  /** TrueType and OpenType: the tables of the directory; the last one is at the end of the file. */
  static Structure sfnt(FormatBytes in) {
    return Structure.whole(endsFile(in, sfntEnd(in, 0)));
  }

  /** A collection: the same for each font in it; fonts share tables. */
  static Structure collection(FormatBytes in) {
    long fonts = in.u32Big(8);
    long version = in.u32Big(4);
    if (fonts <= 0 || fonts > MOST_FONTS || (version != 0x10000 && version != 0x20000)) {
      return Structure.BROKEN;
    }
    long end = 0;
    for (long i = 0; i < fonts; i++) {
      long font = sfntEnd(in, in.u32Big(SFNT_HEADER + i * WORD));
      if (font == NONE) {
        return Structure.BROKEN;
      }
      end = Math.max(end, font);
    }
    long signature = SFNT_HEADER + fonts * WORD;
    if (version == 0x20000 && in.has(signature, "DSIG")) {
      end = Math.max(end, in.u32Big(signature + 8) + in.u32Big(signature + WORD));
    }
    return Structure.whole(endsFile(in, end));
  }

  /** The offset after the last table of a font; none if it is broken. */
  private static long sfntEnd(FormatBytes in, long at) {
    long tables = in.u16Big(at + WORD);
    if (at < 0 || tables <= 0 || !in.fits(at + SFNT_HEADER, tables * SFNT_RECORD)) {
      return NONE;
    }
    long end = at + SFNT_HEADER + tables * SFNT_RECORD;
    for (long i = 0; i < tables; i++) {
      long record = at + SFNT_HEADER + i * SFNT_RECORD;
      long offset = in.u32Big(record + 8);
      long length = in.u32Big(record + 12);
      if (!in.fits(offset, length)) {
        return NONE;
      }
      end = Math.max(end, offset + length);
    }
    return end;
  }

  /** Whether the file ends here; zeros may pad the last word. */
  private static boolean endsFile(FormatBytes in, long end) {
    return end > 0 && in.size() >= end && in.size() - end < WORD && in.isZero(end, in.size());
  }

  static Structure woff(FormatBytes in) {
    long tables = in.u16Big(12);
    if (in.u32Big(8) != in.size() || tables <= 0 || !in.fits(WOFF_HEADER, tables * WOFF_RECORD)) {
      return Structure.BROKEN;
    }
    long end = WOFF_HEADER + tables * WOFF_RECORD;
    for (long i = 0; i < tables; i++) {
      long record = WOFF_HEADER + i * WOFF_RECORD;
      long offset = in.u32Big(record + 4);
      long length = in.u32Big(record + 8);
      if (!in.fits(offset, length)) {
        return Structure.BROKEN;
      }
      end = Math.max(end, offset + length);
    }
    return Structure.whole(endsFile(in, behindBlocks(in, end, 24)));
  }

  /** The offset after the blocks of metadata and private data, which may follow the tables. */
  private static long behindBlocks(FormatBytes in, long tables, int at) {
    long metadata = in.u32Big(at) + in.u32Big(at + WORD);
    long ownData = in.u32Big(at + 12) + in.u32Big(at + 16);
    boolean fits =
        in.fits(in.u32Big(at), in.u32Big(at + WORD))
            && in.fits(in.u32Big(at + 12), in.u32Big(at + 16));
    return fits ? Math.max(tables, Math.max(metadata, ownData)) : NONE;
  }

  static Structure woff2(FormatBytes in) {
    long tables = in.u16Big(12);
    long compressed = in.u32Big(20);
    if (in.u32Big(8) != in.size() || tables <= 0 || compressed <= 0 || in.has(4, "ttcf")) {
      return Structure.start(in.u32Big(8) == in.size() && tables > 0 && in.has(4, "ttcf"));
    }
    long at = WOFF2_HEADER;
    for (long i = 0; i < tables; i++) {
      long flags = in.u8(at);
      at += (flags & 0x3f) == 0x3f ? 1 + WORD : 1;
      long tag = flags & 0x3f;
      // The tables glyf and loca are transformed unless they are marked; the others only if they
      // are marked.
      boolean isOutline = tag == 10 || tag == 11;
      boolean isTransformed = flags >> 6 != (isOutline ? 3 : 0);
      at = behindNumber(in, at);
      if (isTransformed) {
        at = behindNumber(in, at);
      }
      if (flags == NONE || at == NONE) {
        return Structure.BROKEN;
      }
    }
    return Structure.whole(
        in.fits(at, compressed) && endsFile(in, behindBlocks(in, at + compressed, 28)));
  }

  /** The offset after a UIntBase128. */
  private static long behindNumber(FormatBytes in, long from) {
    for (int i = 0; i < 5; i++) {
      long part = in.u8(from + i);
      if (part == NONE) {
        return NONE;
      }
      if (part < 0x80) {
        return from + i + 1;
      }
    }
    return NONE;
  }
}
