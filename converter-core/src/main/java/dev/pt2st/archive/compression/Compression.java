package dev.pt2st.archive.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** The ways to compress a single file, told by its first bytes. Each may be several in a row. */
public enum Compression {
  /**
   * RFC 1952: two bytes and the only method that there is, as two alone begin many a tensor. Zeros
   * after the last member are padding, as for {@code gzip}.
   */
  GZIP("gzip", "\u001f\u008b\b") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new GzipMembers(in);
    }
  },
  /** The .xz file format 1.2. */
  XZ("xz", "\u00fd7zXZ\0") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new XZInputStream(in, maxKilobytes);
    }

    @Override
    public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
      return LenientXz.streams(in, maxKilobytes);
    }
  },
  /** As {@code bzip2} writes it. */
  BZIP2("bzip2", "BZh") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new BZip2CompressorInputStream(in, true);
    }
  },
  /** RFC 8878. */
  ZSTD("zstd", "(\u00b5/\u00fd") {
    @Override
    public boolean matches(String start) {
      return super.matches(start) || isSkippableFrame(start);
    }

    // Parallel writers begin with such a frame.
    private static boolean isSkippableFrame(String start) {
      return start.startsWith("*M\u0018", 1) && (start.charAt(0) & 0xf0) == 0x50;
    }

    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      // Not the class of commons-compress around it, which does not pass on a bound for the window.
      return new ZstdInputStreamNoFinalizer(in).setLongMax(windowLog(maxKilobytes));
    }
  };

  private static final int LARGEST_WINDOW_LOG = 31;

  private final String shown;
  private final String magic;

  Compression(String shown, String magic) {
    this.shown = shown;
    this.magic = magic;
  }

  /** Its name, as users know it. */
  public String shown() {
    return shown;
  }

  /** Whether a file with this start, each byte as one character, is compressed so. */
  public boolean matches(String start) {
    return start.startsWith(magic);
  }

  /**
   * The decompressed bytes.
   *
   * @param in reads the compressed ones
   * @param maxKilobytes what the decompressor may take of memory
   * @throws IOException if the first bytes are not what they should be
   */
  public abstract InputStream open(InputStream in, int maxKilobytes) throws IOException;

  /**
   * The decompressed bytes of data that breaks somewhere, given byte for byte up to there: slower
   * than {@link #open}.
   *
   * @param in reads the compressed ones
   * @param maxKilobytes what the decompressor may take of memory
   * @throws IOException if the first bytes are not what they should be
   */
  public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
    return open(in, maxKilobytes);
  }

  /**
   * The largest window of zstd for so much memory, as a power of two, within what the format's own
   * reader takes ({@code ZSTD_WINDOWLOG_MAX_64} in zstd.h).
   */
  static int windowLog(int maxKilobytes) {
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1L, maxKilobytes) << 10);
    return Math.min(log, LARGEST_WINDOW_LOG);
  }
}
