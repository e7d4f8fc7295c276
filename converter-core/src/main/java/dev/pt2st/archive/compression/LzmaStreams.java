package dev.pt2st.archive.compression;

import dev.pt2st.io.LittleEndian;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Streams one after the other as {@code lzma} of Python reads them: it tells the format of each
 * anew, so that xz, lzip and LZMA without a container may follow each other. What follows the last
 * stream is no error. Checksums are not looked at, as what came before them counts.
 */
final class LzmaStreams extends InputStream implements SalvagingDecoder {
  /** A byte of properties, the size of the dictionary, the size of the data. */
  private static final int HEADER = 13;

  /** A header, and what the coder reads before any data. */
  private static final int EMPTY_STREAM = HEADER + 5;

  private static final int SMALLEST_WINDOW = 4096;
  private static final int LARGEST_WINDOW = 1 << 30;

  /** {@code (pb * 5 + lp) * 9 + lc} with each at its highest, and one more. */
  private static final int PROPERTY_BYTES = 225;

  private static final int LC_VALUES = 9;
  private static final int LP_VALUES = 5;
  private static final int MOST_LC_AND_LP = 4;

  /** Data that gives less than this needs no larger window, whatever its header says. */
  private static final int PROBED = 1 << 16;

  /** More than enough for so much data, unless it breaks before. */
  private static final int PROBED_COMPRESSED = 1 << 17;

  /** More than a mark at the end takes. */
  private static final int END_MARK = 64;

  private static final String XZ = "\u00fd7zXZ\0";

  static final String LZIP = "LZIP";
  private static final byte LZIP_PROPERTIES = 0x5d;
  private static final int LZIP_TRAILER = 20;
  private static final int OLD_LZIP_TRAILER = 12;
  private static final int SMALLEST_WINDOW_LOG = 12;
  private static final int LARGEST_WINDOW_LOG = 29;

  private final BufferedInputStream in;
  private final int maxKilobytes;
  private final boolean toTheBreak;
  private @Nullable InputStream stream;

  /** What the present stream has left; negative if it goes to the mark at its end. */
  private long left;

  /** The length of what follows the present stream and belongs to it. */
  private int trailer;

  private LzmaStreams(InputStream in, int maxKilobytes, boolean toTheBreak) throws IOException {
    this.in = new BufferedInputStream(in);
    this.maxKilobytes = maxKilobytes;
    this.toTheBreak = toTheBreak;
    this.stream = next();
    if (stream == null) {
      throw new EOFException(); // zeros are not data
    }
  }

  static LzmaStreams of(InputStream in, int maxKilobytes) throws IOException {
    return new LzmaStreams(in, maxKilobytes, false);
  }

  /** As {@link #of}, for data that breaks: what comes before is given, byte for byte. */
  static LzmaStreams toTheBreak(InputStream in, int maxKilobytes) throws IOException {
    return new LzmaStreams(in, maxKilobytes, true);
  }

  /** The next stream; null if none begins here. */
  private @Nullable InputStream next() throws IOException {
    byte[] start = start();
    // Zeros are nothing but empty streams, and there are files of zeros.
    while (isEmpty(start)) {
      in.skipNBytes(EMPTY_STREAM);
      start = start();
    }
    left = -1;
    trailer = 0;
    if (begins(start, XZ)) {
      return toTheBreak
          ? LenientXz.oneStream(in, maxKilobytes)
          : new SingleXZInputStream(in, maxKilobytes, false);
    }
    if (begins(start, LZIP)) {
      return lzip(start);
    }
    return mayBeginAlone(start) ? alone(start) : null;
  }

  private byte[] start() throws IOException {
    in.mark(EMPTY_STREAM);
    byte[] start = in.readNBytes(EMPTY_STREAM);
    in.reset();
    return start;
  }

  /** Whether this is a stream without data, whose coder is at its end at once. */
  private static boolean isEmpty(byte[] start) {
    if (start.length < EMPTY_STREAM || !mayBeginAlone(start) || size(start) != 0) {
      return false;
    }
    for (int i = HEADER; i < EMPTY_STREAM; i++) {
      if (start[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** How much data the stream holds; -1 if it has nothing but a mark at its end. */
  private static long size(byte[] header) {
    return Math.max(-1, MemorySegment.ofArray(header).get(LittleEndian.LONG, 5));
  }

  private InputStream alone(byte[] header) throws IOException {
    in.skipNBytes(HEADER);
    left = size(header);
    long window = MemorySegment.ofArray(header).get(LittleEndian.INT, 1) & 0xffff_ffffL;
    return decoder(left < 0 ? window : Math.min(window, left), header[0]);
  }

  /** The manual of lzip, "File format". */
  private @Nullable InputStream lzip(byte[] header) throws IOException {
    if (header.length <= LZIP.length() + 1) {
      return null;
    }
    int version = header[LZIP.length()];
    int log = header[LZIP.length() + 1] & 0x1f;
    int eighths = (header[LZIP.length() + 1] & 0xff) >> 5;
    if (version < 0 || version > 1 || log < SMALLEST_WINDOW_LOG || log > LARGEST_WINDOW_LOG) {
      return null;
    }
    in.skipNBytes(LZIP.length() + 2);
    trailer = version == 0 ? OLD_LZIP_TRAILER : LZIP_TRAILER;
    return decoder((1L << log) - (1L << log) / 16 * eighths, LZIP_PROPERTIES);
  }

  private InputStream decoder(long window, byte properties) throws IOException {
    return decoder(in, left, window, properties, maxKilobytes);
  }

  /**
   * The decoder of one stream without its header. A header may announce any window, so that memory
   * for a large one is taken only if the data needs it.
   *
   * @param size how much data the stream holds; negative if it does not say
   * @param window in bytes, as the header says
   */
  static InputStream decoder(
      BufferedInputStream in, long size, long window, byte properties, int maxKilobytes)
      throws IOException {
    int needed = window(window, maxKilobytes);
    boolean isShort = needed <= PROBED || isShort(in, size, properties);
    return new LZMAInputStream(in, -1, properties, isShort ? Math.min(needed, PROBED) : needed);
  }

  /**
   * Whether so little comes out of the stream that begins here that it needs no larger window than
   * {@link #PROBED}. Most data that begins as a stream is none, and breaks before it fills one.
   */
  private static boolean isShort(BufferedInputStream in, long size, byte properties)
      throws IOException {
    if (size >= 0 && size <= PROBED) {
      return true;
    }
    in.mark(PROBED_COMPRESSED);
    try {
      // Not closed: that would close the data.
      LZMAInputStream probe = new LZMAInputStream(in, -1, properties, PROBED);
      probe.skipNBytes(PROBED);
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      in.reset();
    }
  }

  /** A window as large as the limit does for all that fits into it; more of it is never read. */
  private static int window(long dictionary, int maxKilobytes) {
    long most = Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, (long) maxKilobytes << 10));
    return (int) Math.clamp(dictionary, SMALLEST_WINDOW, most);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (stream != null) {
      int count = readStream(stream, target, offset, length);
      if (count >= 0) {
        return count;
      }
      in.readNBytes(trailer);
      stream = next();
    }
    return -1;
  }

  @Override
  public long mostLost() {
    return stream instanceof LenientXz xz ? xz.mostLost() : Decoding.PIECE;
  }

  private int readStream(InputStream present, byte[] target, int offset, int length)
      throws IOException {
    if (left == 0) {
      skipEndMark(present);
      return -1;
    }
    int count = present.read(target, offset, left < 0 ? length : (int) Math.min(left, length));
    if (left > 0 && count > 0) {
      left -= count;
    }
    return count;
  }

  /** After data whose size is known there may be a mark as well. */
  private void skipEndMark(InputStream present) throws IOException {
    in.mark(END_MARK);
    boolean isMark;
    try {
      isMark = present.read() < 0;
    } catch (IOException e) {
      isMark = false;
    }
    if (!isMark) {
      in.reset();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Whether bytes may begin a stream without a container, which has no magic number: properties
   * that there are, and the zero that its coder begins with.
   */
  static boolean mayBeginAlone(byte[] start) {
    if (start.length <= HEADER || start[HEADER] != 0) {
      return false;
    }
    int properties = start[0] & 0xff;
    int lc = properties % LC_VALUES;
    int lp = properties / LC_VALUES % LP_VALUES;
    return properties < PROPERTY_BYTES && lc + lp <= MOST_LC_AND_LP;
  }

  /** Whether bytes begin with a magic number, each of whose bytes is a character. */
  static boolean begins(byte[] start, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (start.length <= i || (start[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
