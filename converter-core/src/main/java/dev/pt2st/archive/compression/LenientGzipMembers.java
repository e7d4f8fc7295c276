package dev.pt2st.archive.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The members of a gzip file as {@code Lib/gzip.py} gives them out: neither the checksum of a
 * header nor the reserved flags are looked at, and what a member holds counts whatever its trailer
 * says. Zeros between two members are skipped.
 */
final class LenientGzipMembers extends InputStream {
  private static final int PIECE = 1 << 14;
  private static final int MAGIC = 0x1f8b;
  private static final int DEFLATED = 8;
  private static final int FIXED = 10;
  private static final int FLAGS_AT = 3;
  private static final int TRAILER = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final PushbackInputStream in;
  private final Inflater inflater = new Inflater(true);
  private final byte[] piece = new byte[PIECE];
  private int fed;
  private boolean inMember;

  LenientGzipMembers(InputStream in) throws IOException {
    this.in = new PushbackInputStream(in, PIECE);
    readHeader();
  }

  private void readHeader() throws IOException {
    byte[] header = in.readNBytes(FIXED);
    if (header.length < FIXED) {
      throw new EOFException();
    }
    boolean isMagic = ((header[0] & 0xff) << 8 | (header[1] & 0xff)) == MAGIC;
    if (!isMagic || header[2] != DEFLATED) {
      throw new IOException("no header of gzip");
    }
    int flags = header[FLAGS_AT];
    if ((flags & EXTRA) != 0) {
      int low = in.read();
      in.skipNBytes(low | in.read() << 8);
    }
    for (int text : new int[] {NAME, COMMENT}) {
      if ((flags & text) != 0) {
        skipText();
      }
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      in.readNBytes(HEADER_CHECKSUM);
    }
    inflater.reset();
    inMember = true;
  }

  private void skipText() throws IOException {
    int next = in.read();
    while (next > 0) {
      next = in.read();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (inMember) {
      int count = inflate(target, offset, length);
      if (count > 0) {
        return count;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary() || !feed()) {
        throw new EOFException();
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    try {
      return inflater.inflate(target, offset, length);
    } catch (DataFormatException e) {
      throw new IOException(e);
    }
  }

  private boolean feed() throws IOException {
    int count = in.read(piece);
    if (count > 0) {
      fed = count;
      inflater.setInput(piece, 0, count);
    }
    return count > 0;
  }

  /** Skips what the member took of its input, its trailer, and padding. */
  private void endMember() throws IOException {
    inMember = false;
    int left = inflater.getRemaining();
    // The last piece is what it was fed, so its rest is the end of that.
    in.unread(piece, fed - left, left);
    in.readNBytes(TRAILER);
    int next = in.read();
    while (next == 0) {
      next = in.read();
    }
    if (next > 0) {
      in.unread(next);
      readHeader();
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
