package dev.pt2st.archive;

import dev.pt2st.io.LittleEndian;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;

/**
 * LZMA streams without a container, one behind the other as {@code lzma} of Python reads them. What
 * follows the last one is no error.
 */
final class LzmaMembers extends InputStream {
  /** A byte of properties, the size of the dictionary, the size of the data. */
  private static final int HEADER = 13;

  /** What the coder reads before any data. */
  private static final int CODER_START = 5;

  private static final int SMALLEST_WINDOW = 4096;
  private static final int LARGEST_WINDOW = 1 << 30;

  /** {@code (pb * 5 + lp) * 9 + lc} with each at its highest, and one more. */
  private static final int PROPERTY_BYTES = 225;

  private static final int LC_VALUES = 9;
  private static final int LP_VALUES = 5;
  private static final int MOST_LC_AND_LP = 4;

  /** Data that gives less than this needs no larger window, whatever its header says. */
  static final int PROBED = 1 << 16;

  /** More than enough for so much data, unless it breaks before. */
  private static final int PROBED_COMPRESSED = 1 << 17;

  private final BufferedInputStream in;
  private final int maxKilobytes;
  private @Nullable InputStream member;

  LzmaMembers(InputStream in, int maxKilobytes) throws IOException {
    this.in = new BufferedInputStream(in);
    this.maxKilobytes = maxKilobytes;
    this.member = next();
    if (member == null) {
      throw new EOFException(); // nothing but empty members is no data either
    }
  }

  /** The next member that is not empty; null if none begins here. */
  private @Nullable InputStream next() throws IOException {
    byte[] start = header();
    // Zeros are nothing but empty members, and there are files of zeros.
    while (mayBegin(start) && size(start) == 0) {
      in.skipNBytes(HEADER + CODER_START);
      start = header();
    }
    return mayBegin(start) ? member(start) : null;
  }

  private byte[] header() throws IOException {
    in.mark(HEADER + 1);
    byte[] start = in.readNBytes(HEADER + 1);
    in.reset();
    return start;
  }

  /** How much data the member holds; -1 if it has a mark at its end. */
  private static long size(byte[] header) {
    return Math.max(-1, MemorySegment.ofArray(header).get(LittleEndian.LONG, 5));
  }

  private InputStream member(byte[] header) throws IOException {
    in.skipNBytes(HEADER);
    long size = size(header);
    int window = window(MemorySegment.ofArray(header).get(LittleEndian.INT, 1), maxKilobytes);
    return member(in, size, header[0], isShort(in, size, header[0]) ? PROBED : window);
  }

  /**
   * Whether so little comes out of the stream that begins here that it needs no larger window than
   * {@link #PROBED}. Most data that begins as a stream is none, and breaks before it fills one.
   *
   * @param size of its data; negative where it has a mark at its end
   */
  static boolean isShort(BufferedInputStream in, long size, byte properties) throws IOException {
    if (size >= 0 && size <= PROBED) {
      return true;
    }
    in.mark(PROBED_COMPRESSED);
    try {
      // Not closed: that would close the data.
      LZMAInputStream probe = member(in, size, properties, PROBED);
      probe.skipNBytes(PROBED);
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      in.reset();
    }
  }

  /**
   * One stream.
   *
   * @param size of its data; negative where it has a mark at its end
   */
  static LZMAInputStream member(InputStream in, long size, byte properties, int window)
      throws IOException {
    LZMAInputStream decoder = new LZMAInputStream(in, size, properties, window);
    decoder.enableRelaxedEndCondition();
    return decoder;
  }

  /** A window as large as the limit does for all that fits into it; more of it is never read. */
  static int window(int dictionary, int maxKilobytes) {
    long most = Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, (long) maxKilobytes << 10));
    return (int) Math.clamp(dictionary & 0xffff_ffffL, SMALLEST_WINDOW, most);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (member != null) {
      int count = member.read(target, offset, length);
      if (count >= 0) {
        return count;
      }
      member = next();
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Whether bytes may begin such a stream, which has no magic number: properties that there are,
   * and the zero that its coder begins with.
   */
  static boolean mayBegin(byte[] start) {
    if (start.length <= HEADER || start[HEADER] != 0) {
      return false;
    }
    int properties = start[0] & 0xff;
    int lc = properties % LC_VALUES;
    int lp = properties / LC_VALUES % LP_VALUES;
    return properties < PROPERTY_BYTES && lc + lp <= MOST_LC_AND_LP;
  }
}
