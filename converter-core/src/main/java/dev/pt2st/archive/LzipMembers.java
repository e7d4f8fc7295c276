package dev.pt2st.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;

/**
 * The members of a file of lzip as one stream (the manual of lzip, "File format"): LZMA with fixed
 * properties and a mark at its end, and behind it a trailer that is not looked at, as what came
 * before counts. What follows the last member is no error, as for {@code lzma} of Python.
 */
final class LzipMembers extends InputStream {
  private static final byte[] MAGIC = {'L', 'Z', 'I', 'P'};
  private static final byte PROPERTIES = 0x5d;
  private static final int TRAILER = 20;
  private static final int OLD_TRAILER = 12;
  private static final int SMALLEST_WINDOW_LOG = 12;
  private static final int LARGEST_WINDOW_LOG = 29;

  private final BufferedInputStream in;
  private final int maxKilobytes;
  private @Nullable LZMAInputStream member;
  private int trailer;

  LzipMembers(InputStream in, int maxKilobytes) throws IOException {
    this.in = new BufferedInputStream(in);
    this.maxKilobytes = maxKilobytes;
    if (!next()) {
      throw new EOFException();
    }
  }

  private boolean next() throws IOException {
    byte[] header = in.readNBytes(MAGIC.length + 2);
    if (header.length < MAGIC.length + 2) {
      return false;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (header[i] != MAGIC[i]) {
        return false;
      }
    }
    int version = header[MAGIC.length];
    int log = header[MAGIC.length + 1] & 0x1f;
    int eighths = (header[MAGIC.length + 1] & 0xff) >> 5;
    if (version < 0 || version > 1 || log < SMALLEST_WINDOW_LOG || log > LARGEST_WINDOW_LOG) {
      throw new IOException("no header of lzip");
    }
    long window = (1L << log) - (1L << log) / 16 * eighths;
    trailer = version == 0 ? OLD_TRAILER : TRAILER;
    window =
        LzmaMembers.isShort(in, -1, PROPERTIES)
            ? LzmaMembers.PROBED
            : Math.min(window, (long) maxKilobytes << 10);
    member = new LZMAInputStream(in, -1, PROPERTIES, (int) window);
    return true;
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
      in.readNBytes(trailer);
      if (!next()) {
        member = null;
      }
    }
    return -1;
  }
}
