package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.FormatBytes.NONE;

/** Audio and video formats, and formats with the same containers. */
final class MediaStructures {
  private static final int CHUNK = 8;
  private static final int WIDE_BOX = 16;
  private static final int OGG_HEADER = 27;
  private static final int FEWEST_FRAMES = 4;
  private static final int ID3V1 = 128;
  private static final int ID3V2 = 10;

  /** Kilobits a second of MPEG-1 layers I, II and III, then of MPEG-2 layers I, II and III. */
  private static final int[][] BITRATES = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
  };

  private static final int[] SAMPLE_RATES = {44_100, 48_000, 32_000};

  private MediaStructures() {}

  /** RIFF (Microsoft, 1991): WebP, WAV, AVI; its chunks fill the file. */
  static Structure riff(FormatBytes in) {
    long at = 0;
    while (at < in.size()) {
      long length = in.u32(at + 4);
      long end = at + CHUNK + length;
      if (!in.has(at, "RIFF") || length < 4 || !in.fits(at, CHUNK + length)) {
        return Structure.BROKEN;
      }
      long chunk = at + CHUNK + 4;
      while (chunk < end) {
        long size = in.u32(chunk + 4);
        if (size < 0 || !isPrintable(in, chunk)) {
          return Structure.BROKEN;
        }
        chunk += CHUNK + size + (size & 1);
      }
      // The padding byte of an odd chunk is not always counted, nor always present.
      if (chunk - end > 1) {
        return Structure.BROKEN;
      }
      at = chunk <= in.size() ? chunk : end;
    }
    return Structure.WHOLE;
  }

  private static boolean isPrintable(FormatBytes in, long at) {
    for (int i = 0; i < 4; i++) {
      long letter = in.u8(at + i);
      if (letter < ' ' || letter > '~') {
        return false;
      }
    }
    return true;
  }

  /** ISO base media (ISO/IEC 14496-12): MP4, HEIF, AVIF; its boxes fill the file. */
  static Structure boxes(FormatBytes in) {
    long at = 0;
    boolean hasMeta = false;
    while (at < in.size()) {
      long length = in.u32Big(at);
      int header = CHUNK;
      if (length == 1) {
        length = in.u64Big(at + CHUNK);
        header = WIDE_BOX;
      } else if (length == 0 && in.has(at + 4, "mdat")) {
        length = in.size() - at;
      }
      if (length < header || !in.fits(at, length) || !isPrintable(in, at + 4)) {
        return Structure.BROKEN;
      }
      hasMeta |= in.has(at + 4, "moov") || in.has(at + 4, "meta") || in.has(at + 4, "moof");
      at += length;
    }
    return Structure.whole(hasMeta);
  }

  /** Ogg (RFC 3533): its pages fill the file. */
  static Structure ogg(FormatBytes in) {
    long at = 0;
    while (at < in.size()) {
      long segments = in.u8(at + OGG_HEADER - 1);
      if (!in.has(at, "OggS\0") || !in.fits(at, OGG_HEADER + segments)) {
        return Structure.BROKEN;
      }
      long length = OGG_HEADER + segments;
      for (long i = 0; i < segments; i++) {
        length += in.u8(at + OGG_HEADER + i);
      }
      if (!in.fits(at, length)) {
        return Structure.BROKEN;
      }
      at += length;
    }
    return Structure.WHOLE;
  }

  /** FLAC (RFC 9639): the blocks of metadata and the start of a frame. */
  static Structure flac(FormatBytes in) {
    long at = 4;
    if ((in.u8(at) & 0x7f) != 0 || in.u24Big(at + 1) != 34) {
      return Structure.BROKEN;
    }
    boolean isLast = false;
    while (!isLast) {
      long length = in.u24Big(at + 1);
      if (length < 0 || !in.fits(at, 4 + length)) {
        return Structure.BROKEN;
      }
      isLast = (in.u8(at) & 0x80) != 0;
      at += 4 + length;
    }
    return Structure.start(in.u8(at) == 0xff && (in.u8(at + 1) & 0xfe) == 0xf8);
  }

  /** Layers of MPEG (ISO/IEC 11172-3), after a tag (ID3v2) or not: frame follows frame. */
  static Structure mpegAudio(FormatBytes in) {
    long at = 0;
    if (in.has(0, "ID3")) {
      at = ID3V2;
      for (int i = 6; i < ID3V2; i++) {
        long part = in.u8(i);
        if (part < 0 || part > 0x7f) {
          return Structure.BROKEN;
        }
        at += part << (7 * (ID3V2 - 1 - i));
      }
    }
    int frames = 0;
    while (at < in.size() && in.size() - at != ID3V1) {
      long length = frame(in, at);
      if (length <= 0 || !in.fits(at, length)) {
        break;
      }
      at += length;
      frames++;
    }
    if (frames < FEWEST_FRAMES) {
      return Structure.BROKEN;
    }
    boolean isWhole = at == in.size() || (in.size() - at == ID3V1 && in.has(at, "TAG"));
    return isWhole ? Structure.WHOLE : Structure.START;
  }

  /** The length of a frame according to its header; zero or negative if there is none. */
  private static long frame(FormatBytes in, long at) {
    long header = in.u32Big(at);
    if (header == NONE || header >>> 21 != 0x7ff) {
      return NONE;
    }
    int version = (int) (header >> 19) & 3;
    int layer = 4 - ((int) (header >> 17) & 3);
    int rate = (int) (header >> 12) & 15;
    int samples = (int) (header >> 10) & 3;
    int padding = (int) (header >> 9) & 1;
    if (version == 1 || layer == 4 || rate == 0 || rate == 15 || samples == 3) {
      return NONE;
    }
    boolean isFirst = version == 3;
    int bits = BITRATES[(isFirst ? 0 : 3) + layer - 1][rate] * 1000;
    int frequency = SAMPLE_RATES[samples] >> (isFirst ? 0 : version == 2 ? 1 : 2);
    if (layer == 1) {
      return (12L * bits / frequency + padding) * 4;
    }
    return (layer == 3 && !isFirst ? 72L : 144L) * bits / frequency + padding;
  }
}
