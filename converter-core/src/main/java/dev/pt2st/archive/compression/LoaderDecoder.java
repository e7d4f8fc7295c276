package dev.pt2st.archive.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.pt2st.io.LittleEndian;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.deflate64.Deflate64CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Compressed data that loaders of Python read and a conversion does not: joblib, {@code lzma} and
 * {@code zipfile}. What is here is looked into, and never converted.
 */
public enum LoaderDecoder {
  /** The frame format of LZ4, as joblib writes it. */
  LZ4("LZ4") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new FramedLZ4CompressorInputStream(in, true);
    }
  },
  /** A member of lzip, which {@code lzma} of Python takes by itself since liblzma 5.4. */
  LZIP("lzip") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return LzmaStreams.of(in, maxKilobytes);
    }

    @Override
    public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
      return LzmaStreams.toTheBreak(in, maxKilobytes);
    }
  },
  /** {@code FORMAT_ALONE} of {@code lzma}: a byte of properties, a dictionary's size, a size. */
  LZMA_ALONE("LZMA") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return LzmaStreams.of(in, maxKilobytes);
    }

    @Override
    public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
      return LzmaStreams.toTheBreak(in, maxKilobytes);
    }
  },
  /** Members of gzip as Python reads them, which checks less than others do. */
  LENIENT_GZIP("gzip") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new LenientGzipMembers(in);
    }
  },
  /** Method 9 of a ZIP. */
  ZIP_DEFLATE64("Deflate64") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) {
      return new Deflate64CompressorInputStream(in);
    }
  },
  /** Method 12 of a ZIP: one stream. */
  ZIP_BZIP2("bzip2") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new BZip2CompressorInputStream(in, false);
    }
  },
  /** Method 14 of a ZIP: a version, the length of the properties, these, and raw LZMA. */
  ZIP_LZMA("LZMA") {
    @Override
    public InputStream open(InputStream compressed, int maxKilobytes) throws IOException {
      BufferedInputStream in = new BufferedInputStream(compressed);
      byte[] start = in.readNBytes(ZIP_LZMA_HEADER + LZMA_PROPERTIES);
      if (start.length < ZIP_LZMA_HEADER + LZMA_PROPERTIES) {
        throw new EOFException();
      }
      MemorySegment fields = MemorySegment.ofArray(start);
      in.skipNBytes(Math.max(0, (fields.get(LittleEndian.SHORT, 2) & 0xffff) - LZMA_PROPERTIES));
      long dictionary = fields.get(LittleEndian.INT, 5) & 0xffff_ffffL;
      return LzmaStreams.decoder(in, -1, dictionary, start[4], maxKilobytes);
    }
  },
  /** Methods 93 and 20 of a ZIP. */
  ZIP_ZSTD("zstd") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new ZstdInputStreamNoFinalizer(in).setLongMax(Compression.windowLog(maxKilobytes));
    }
  },
  /** Method 95 of a ZIP. */
  ZIP_XZ("xz") {
    @Override
    public InputStream open(InputStream in, int maxKilobytes) throws IOException {
      return new XZInputStream(in, maxKilobytes);
    }

    @Override
    public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
      return LenientXz.streams(in, maxKilobytes);
    }
  };

  private static final int LZMA_PROPERTIES = 5;
  private static final int ZIP_LZMA_HEADER = 4;

  private final String shown;

  LoaderDecoder(String shown) {
    this.shown = shown;
  }

  /** Its name, as users know it. */
  public String shown() {
    return shown;
  }

  public abstract InputStream open(InputStream in, int maxKilobytes) throws IOException;

  /** The bytes of data that breaks somewhere, given byte for byte up to there: slower. */
  public InputStream openToTheBreak(InputStream in, int maxKilobytes) throws IOException {
    return open(in, maxKilobytes);
  }

  /** The decoder of a method of a ZIP; null if there is none, or none is needed. */
  public static @Nullable LoaderDecoder ofZipMethod(int method) {
    return switch (method) {
      case 9 -> ZIP_DEFLATE64;
      case 12 -> ZIP_BZIP2;
      case 14 -> ZIP_LZMA;
      case 20, 93 -> ZIP_ZSTD;
      case 95 -> ZIP_XZ;
      default -> null;
    };
  }

  /** The one whose data begins so; null if there is none. */
  public static @Nullable LoaderDecoder ofStart(byte[] start) {
    if (LzmaStreams.begins(start, "\4\"M\u0018")) {
      return LZ4;
    }
    if (LzmaStreams.begins(start, LzmaStreams.LZIP)) {
      return LZIP;
    }
    return LzmaStreams.mayBeginAlone(start) ? LZMA_ALONE : null;
  }
}
