package dev.pt2st.archive.compression;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2InputStream;

/**
 * Data of the .xz file format 1.2 up to the very byte at which it breaks. The filters of XZ for
 * Java read in pieces and lose the whole piece in which LZMA2 breaks; {@code lzma} of Python does
 * not. Here they see an end instead, give out what they have, and only then the break is thrown.
 * Neither checksums nor sizes nor the records of the index are looked at.
 *
 * <p>LZMA2 is read byte by byte, which takes time: this is for what comes before a break. What is
 * {@linkplain #skip skipped} is taken for sound, and read in pieces.
 */
final class LenientXz extends InputStream implements SalvagingDecoder {
  private static final byte[] MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final int STREAM_HEADER = 12;
  private static final int STREAM_FOOTER = 12;
  private static final int ALIGNMENT = 4;
  private static final int CRC = 4;

  /** Of the check of a block, by its number (section 2.1.1.2). */
  private static final int[] CHECK_SIZES = {
    0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64
  };

  /** What LZMA2 takes beside its dictionary, in KiB, and a little more. */
  private static final int WORKING_KILOBYTES = 128;

  /** Of a chunk of LZMA2, of which nothing comes if not all of it is there. */
  private static final int LARGEST_CHUNK = 1 << 21;

  /** Of all filters: each of the three has a buffer of 4 KiB. */
  private static final int READ_AHEAD = 3 << 12;

  private static final long MOST_LOST = Decoding.PIECE + LARGEST_CHUNK + READ_AHEAD;

  private final Source in;
  private final int maxKilobytes;

  /** Whether streams may follow each other, with zeros between them. */
  private final boolean isMultiple;

  private int checkSize;
  private @Nullable Careful lzma2;

  /** The last filter of the present block; null before the first one and after the last. */
  private @Nullable InputStream block;

  private boolean isAtEnd;
  private @Nullable IOException problem;
  private long given;

  /** Up to here, counted from the first byte that was given, LZMA2 does not break. */
  private long sound;

  private LenientXz(InputStream in, int maxKilobytes, boolean isMultiple) throws IOException {
    this.in = new Source(in);
    this.maxKilobytes = maxKilobytes;
    this.isMultiple = isMultiple;
    readStreamHeader(this.in.readNBytes(STREAM_HEADER));
  }

  /** All streams of a file. */
  static LenientXz streams(InputStream in, int maxKilobytes) throws IOException {
    return new LenientXz(in, maxKilobytes, true);
  }

  /** One stream, of which all is read and no byte after it. */
  static LenientXz oneStream(InputStream in, int maxKilobytes) throws IOException {
    return new LenientXz(in, maxKilobytes, false);
  }

  /** Counts the bytes, as all parts of a stream are aligned. */
  private static final class Source extends FilterInputStream {
    private long count;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count += next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int some = super.read(target, offset, length);
      count += Math.max(0, some);
      return some;
    }

    void skipFully(int length) throws IOException {
      if (readNBytes(length).length < length) {
        throw new EOFException();
      }
    }

    void align() throws IOException {
      skipFully((int) (-count & (ALIGNMENT - 1)));
    }
  }

  /** What LZMA2 gives before it breaks. */
  private final class Careful extends InputStream {
    private final InputStream data;
    private final long start = given;
    private long count;
    private @Nullable IOException broken;

    Careful(InputStream data) {
      this.data = data;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int done = 0;
      while (done < length && broken == null) {
        // Not more than is known to be sound, or else one byte.
        int piece = Math.clamp(sound - start - count, 1, length - done);
        int some = piece(target, offset + done, piece);
        if (some < 0) {
          break;
        }
        done += some;
        count += some;
      }
      return done == 0 && length > 0 ? -1 : done;
    }

    private int piece(byte[] target, int offset, int length) {
      try {
        return data.read(target, offset, length);
      } catch (IOException e) {
        broken = e;
      } catch (RuntimeException e) {
        // No exception of the decoder for bad bytes is certain to be a checked one.
        broken = new IOException(e);
      }
      return -1;
    }
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
    if (problem != null) {
      throw problem;
    }
    try {
      while (!isAtEnd) {
        int count = block == null ? -1 : block.read(target, offset, length);
        if (count > 0) {
          given += count;
          return count;
        }
        next();
      }
      return -1;
    } catch (IOException e) {
      problem = e;
      throw e;
    }
  }

  @Override
  public long mostLost() {
    return MOST_LOST;
  }

  /** Skips bytes that are known to come before the break. */
  @Override
  public long skip(long count) throws IOException {
    if (count > 0) {
      sound = count > Long.MAX_VALUE - given ? Long.MAX_VALUE : given + count;
    }
    return super.skip(count);
  }

  /** Continues after a block that has nothing more. */
  private void next() throws IOException {
    if (lzma2 != null) {
      if (lzma2.broken != null) {
        throw lzma2.broken;
      }
      lzma2 = null;
      block = null;
      in.align();
      in.skipFully(checkSize);
    }
    int size = in.read();
    if (size < 0) {
      throw new EOFException();
    }
    if (size != 0) {
      openBlock(size);
      return;
    }
    skipIndex();
    in.skipFully(STREAM_FOOTER);
    if (!isMultiple || !hasNextStream()) {
      isAtEnd = true;
    }
  }

  /** Section 4: the number of the records, two numbers for each, padding and a checksum. */
  private void skipIndex() throws IOException {
    long records = XzBlockHeader.number(in);
    // Each takes two bytes at least, so that the end of the data is the end of this.
    for (long i = 0; i < records; i++) {
      XzBlockHeader.number(in);
      XzBlockHeader.number(in);
    }
    in.align();
    in.skipFully(CRC);
  }

  private boolean hasNextStream() throws IOException {
    byte[] start = new byte[STREAM_HEADER];
    int first = in.read();
    while (first == 0) {
      first = in.read();
    }
    if (first < 0) {
      return false;
    }
    start[0] = (byte) first;
    readStreamHeader(Arrays.copyOf(start, 1 + in.readNBytes(start, 1, STREAM_HEADER - 1)));
    return true;
  }

  /** Section 2.1.1. */
  private void readStreamHeader(byte[] header) throws IOException {
    if (header.length < STREAM_HEADER) {
      throw new EOFException();
    }
    int flags = header[MAGIC.length + 1];
    if (!Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || header[MAGIC.length] != 0
        || flags < 0
        || flags >= CHECK_SIZES.length) {
      throw XzBlockHeader.notUnderstood();
    }
    checkSize = CHECK_SIZES[flags];
    // Zeros in front of a stream are as long as they like here, and alignment begins with it.
    in.count = 0;
  }

  /**
   * Makes the chain of the filters of a block.
   *
   * @param size the first byte of its header, which stands for the header's length
   */
  private void openBlock(int size) throws IOException {
    byte[] bytes = in.readNBytes(size * ALIGNMENT + ALIGNMENT - 1);
    if (bytes.length < size * ALIGNMENT + ALIGNMENT - 1) {
      throw new EOFException();
    }
    XzBlockHeader header = XzBlockHeader.of(bytes);
    long most = Math.max(0, (long) maxKilobytes - WORKING_KILOBYTES) << 10;
    int dictionary =
        Math.clamp(
            Math.min(header.dictionary(), most),
            LZMA2InputStream.DICT_SIZE_MIN,
            LZMA2InputStream.DICT_SIZE_MAX);
    lzma2 = new Careful(new LZMA2InputStream(in, dictionary));
    InputStream chain = lzma2;
    for (FilterOptions filter : header.filters().reversed()) {
      chain = filter.getInputStream(chain);
    }
    block = chain;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
