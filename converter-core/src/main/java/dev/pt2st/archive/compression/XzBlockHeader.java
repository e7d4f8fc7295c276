package dev.pt2st.archive.compression;

import dev.pt2st.io.LittleEndian;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.tukaani.xz.ARM64Options;
import org.tukaani.xz.ARMOptions;
import org.tukaani.xz.ARMThumbOptions;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.IA64Options;
import org.tukaani.xz.PowerPCOptions;
import org.tukaani.xz.RISCVOptions;
import org.tukaani.xz.SPARCOptions;
import org.tukaani.xz.X86Options;

/**
 * The filters of a block of the .xz file format 1.2 (section 3.1). The last one is LZMA2, in whose
 * place its dictionary stands.
 *
 * @param filters those in front of LZMA2, in the order of the header
 * @param dictionary in bytes, as the header says: up to 4 GiB
 */
record XzBlockHeader(List<FilterOptions> filters, long dictionary) {
  private static final int CRC = 4;
  private static final int NUMBER_OF_FILTERS = 0x03;
  private static final int RESERVED_FLAGS = 0x3c;
  private static final int HAS_COMPRESSED_SIZE = 0x40;
  private static final int HAS_UNCOMPRESSED_SIZE = 0x80;
  private static final int LONGEST_NUMBER = 9;
  private static final int BITS = 7;

  private static final int DELTA = 0x03;
  private static final int LZMA2 = 0x21;
  private static final int LARGEST_DICTIONARY = 40;
  private static final int SMALLEST_DICTIONARY_LOG = 12;

  /**
   * Reads a header; its checksum is not looked at.
   *
   * @param bytes without the first byte, which says how many there are
   * @throws IOException if the header is not understood
   */
  static XzBlockHeader of(byte[] bytes) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes, 0, bytes.length - CRC);
    int flags = next(in);
    if ((flags & RESERVED_FLAGS) != 0) {
      throw notUnderstood();
    }
    for (int size : new int[] {HAS_COMPRESSED_SIZE, HAS_UNCOMPRESSED_SIZE}) {
      if ((flags & size) != 0) {
        number(in);
      }
    }
    List<FilterOptions> filters = new ArrayList<>();
    for (int i = 0; i < (flags & NUMBER_OF_FILTERS); i++) {
      long id = number(in);
      filters.add(filter(id, properties(in)));
    }
    long last = number(in);
    byte[] properties = properties(in);
    if (last != LZMA2 || properties.length != 1) {
      throw notUnderstood();
    }
    return new XzBlockHeader(filters, dictionary(properties[0]));
  }

  /** A number of variable length (section 1.2). */
  static long number(InputStream in) throws IOException {
    long number = 0;
    for (int i = 0; i < LONGEST_NUMBER; i++) {
      int next = next(in);
      number |= (next & 0x7fL) << (i * BITS);
      if (next < 0x80) {
        return number;
      }
    }
    throw notUnderstood();
  }

  private static int next(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException();
    }
    return next;
  }

  static IOException notUnderstood() {
    return new IOException("a header of xz that is not understood");
  }

  /** They lie in the header, so they are no longer than it. */
  private static byte[] properties(InputStream in) throws IOException {
    long length = number(in);
    if (length > in.available()) {
      throw new EOFException();
    }
    return in.readNBytes((int) length);
  }

  /** Sections 5.3.2 and 5.3.3. */
  private static FilterOptions filter(long id, byte[] properties) throws IOException {
    if (id == DELTA) {
      if (properties.length != 1) {
        throw notUnderstood();
      }
      return new DeltaOptions((properties[0] & 0xff) + 1);
    }
    int start = start(properties);
    // What these have in common is a class that is not public.
    return switch ((int) Math.min(id, LZMA2)) {
      case 0x04 -> started(new X86Options(), X86Options::setStartOffset, start);
      case 0x05 -> started(new PowerPCOptions(), PowerPCOptions::setStartOffset, start);
      case 0x06 -> started(new IA64Options(), IA64Options::setStartOffset, start);
      case 0x07 -> started(new ARMOptions(), ARMOptions::setStartOffset, start);
      case 0x08 -> started(new ARMThumbOptions(), ARMThumbOptions::setStartOffset, start);
      case 0x09 -> started(new SPARCOptions(), SPARCOptions::setStartOffset, start);
      case 0x0a -> started(new ARM64Options(), ARM64Options::setStartOffset, start);
      case 0x0b -> started(new RISCVOptions(), RISCVOptions::setStartOffset, start);
      default -> throw notUnderstood();
    };
  }

  @FunctionalInterface
  private interface Starting<T> {
    void at(T options, int start) throws IOException;
  }

  private static <T extends FilterOptions> T started(T options, Starting<T> starting, int start)
      throws IOException {
    starting.at(options, start);
    return options;
  }

  /** The address of the first byte, with which these filters count; zero if it is not given. */
  private static int start(byte[] properties) throws IOException {
    return switch (properties.length) {
      case 0 -> 0;
      case Integer.BYTES -> MemorySegment.ofArray(properties).get(LittleEndian.INT, 0);
      default -> throw notUnderstood();
    };
  }

  private static long dictionary(byte bits) throws IOException {
    if (bits < 0 || bits > LARGEST_DICTIONARY) {
      throw notUnderstood();
    }
    return bits == LARGEST_DICTIONARY
        ? (1L << Integer.SIZE) - 1
        : (2L | (bits & 1)) << (bits / 2 + SMALLEST_DICTIONARY_LOG - 1);
  }
}
