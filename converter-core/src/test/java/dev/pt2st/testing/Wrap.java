package dev.pt2st.testing;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** Compresses bytes and puts them into archives. */
public final class Wrap {
  private static final int LZIP_TRAILER = 20;
  private static final int LZMA_PROPERTIES = 5;

  /** The properties and the size of the data. */
  private static final int LZMA_HEADER = LZMA_PROPERTIES + Long.BYTES;

  private Wrap() {}

  @FunctionalInterface
  private interface Compressor {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] compress(byte[] bytes, Compressor compressor) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressed = compressor.over(out)) {
      compressed.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static byte[] gzip(byte[] bytes) {
    return compress(bytes, GZIPOutputStream::new);
  }

  public static byte[] bzip2(byte[] bytes) {
    return compress(bytes, BZip2CompressorOutputStream::new);
  }

  public static byte[] xz(byte[] bytes) {
    return compress(bytes, out -> new XZOutputStream(out, new LZMA2Options()));
  }

  /** The same with a small dictionary, which takes little memory. */
  public static byte[] smallXz(byte[] bytes) {
    return compress(bytes, out -> new XZOutputStream(out, new LZMA2Options(0)));
  }

  public static byte[] zstd(byte[] bytes) {
    return Zstd.compress(bytes);
  }

  public static byte[] lz4(byte[] bytes) {
    return compress(bytes, FramedLZ4CompressorOutputStream::new);
  }

  /** LZMA without a container, with a mark at its end. */
  public static byte[] lzma(byte[] bytes) {
    return compress(bytes, out -> new LZMAOutputStream(out, new LZMA2Options(1), -1));
  }

  /** A member of lzip, whose checksum and sizes are zeros. */
  public static byte[] lzip(byte[] bytes) {
    byte[] header = "LZIP\1\u0017".getBytes(StandardCharsets.ISO_8859_1);
    byte[] raw = compress(bytes, out -> new LZMAOutputStream(out, new LZMA2Options(1), true));
    return concat(concat(header, raw), new byte[LZIP_TRAILER]);
  }

  /** LZMA as method 14 of a ZIP has it: a version and the length of the properties in front. */
  public static byte[] zipLzma(byte[] bytes) {
    byte[] alone = lzma(bytes);
    byte[] properties = Arrays.copyOf(alone, LZMA_PROPERTIES);
    byte[] raw = Arrays.copyOfRange(alone, LZMA_HEADER, alone.length);
    return concat(concat(new byte[] {9, 20, LZMA_PROPERTIES, 0}, properties), raw);
  }

  /** DEFLATE without a header, which Deflate64 reads too if it is short. */
  public static byte[] deflate(byte[] bytes) {
    return compress(
        bytes, out -> new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, true)));
  }

  /** Names and bytes, in turn, as the members of an archive. */
  public static Map<String, byte[]> members(Object... namesAndBytes) {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndBytes.length; i += 2) {
      members.put((String) namesAndBytes[i], (byte[]) namesAndBytes[i + 1]);
    }
    return members;
  }

  /** One behind the other. */
  public static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** A ZIP with every member deflated. */
  public static byte[] zip(Map<String, byte[]> members) {
    ZipBuilder zip = new ZipBuilder();
    members.forEach((name, bytes) -> zip.deflated(name, bytes, entry -> {}));
    return zip.build();
  }

  /** A ZIP with every member stored. */
  public static byte[] storedZip(Map<String, byte[]> members) {
    ZipBuilder zip = new ZipBuilder();
    members.forEach(zip::stored);
    return zip.build();
  }

  public static byte[] tar(Map<String, byte[]> members) {
    return compress(
        new byte[0],
        out -> {
          TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
          tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
          for (Map.Entry<String, byte[]> member : members.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
            entry.setSize(member.getValue().length);
            tar.putArchiveEntry(entry);
            tar.write(member.getValue());
            tar.closeArchiveEntry();
          }
          tar.finish();
          return out;
        });
  }

  public static byte[] sevenZip(Map<String, byte[]> members) {
    return sevenZip(members, SevenZMethod.LZMA2, null);
  }

  /**
   * A 7z archive.
   *
   * @param password encrypts it; null for none
   */
  public static byte[] sevenZip(Map<String, byte[]> members, SevenZMethod method, char[] password) {
    try (SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel()) {
      try (SevenZOutputFile archive = new SevenZOutputFile(channel, password)) {
        archive.setContentCompression(method);
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
          SevenZArchiveEntry entry = new SevenZArchiveEntry();
          entry.setName(member.getKey());
          archive.putArchiveEntry(entry);
          archive.write(member.getValue());
          archive.closeArchiveEntry();
        }
      }
      return java.util.Arrays.copyOf(channel.array(), (int) channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
