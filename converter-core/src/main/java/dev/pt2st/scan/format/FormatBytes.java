package dev.pt2st.scan.format;

import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes of a file for the format checks. A number that is not within the file, or does not fit
 * a {@code long}, is {@link #NONE}, which no check accepts as a length or an offset. After {@link
 * #MOST_READS} reads, every number is {@link #NONE}: a structure that takes longer to follow counts
 * as broken, and its file is searched.
 */
final class FormatBytes {
  static final long NONE = -1;

  /** An ordinary model of many gigabytes needs some million reads. */
  private static final int MOST_READS = 1 << 26;

  private static final int PIECE = 1 << 20;

  private final MappedFile file;
  private int reads;

  FormatBytes(MappedFile file) {
    this.file = file;
  }

  MappedFile file() {
    return file;
  }

  long size() {
    return file.size();
  }

  /** Whether this many bytes follow an offset. */
  boolean fits(long at, long length) {
    return at >= 0 && length >= 0 && length <= size() && at <= size() - length;
  }

  private boolean mayRead(long at, int length) {
    return reads++ < MOST_READS && fits(at, length);
  }

  long u8(long at) {
    return mayRead(at, 1) ? file.i8(at) & 0xff : NONE;
  }

  long u16(long at) {
    return mayRead(at, Short.BYTES) ? file.i16(at) & 0xffff : NONE;
  }

  long u32(long at) {
    return mayRead(at, Integer.BYTES) ? file.i32(at) & 0xffff_ffffL : NONE;
  }

  long u64(long at) {
    return mayRead(at, Long.BYTES) ? Math.max(file.i64(at), NONE) : NONE;
  }

  /** The same numbers in big-endian order, here and below. */
  long u16Big(long at) {
    return mayRead(at, Short.BYTES) ? Short.reverseBytes(file.i16(at)) & 0xffff : NONE;
  }

  long u24Big(long at) {
    return mayRead(at, 3) ? (file.i8(at) & 0xffL) << 16 | u16Big(at + 1) : NONE;
  }

  long u32Big(long at) {
    return mayRead(at, Integer.BYTES) ? Integer.reverseBytes(file.i32(at)) & 0xffff_ffffL : NONE;
  }

  long u64Big(long at) {
    return mayRead(at, Long.BYTES) ? Math.max(Long.reverseBytes(file.i64(at)), NONE) : NONE;
  }

  /** Whether these bytes, each written as one character, are at an offset. */
  boolean has(long at, String bytes) {
    if (!mayRead(at, bytes.length())) {
      return false;
    }
    for (int i = 0; i < bytes.length(); i++) {
      if ((file.i8(at + i) & 0xff) != bytes.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all bytes from one offset to another are zeros. */
  boolean isZero(long from, long to) {
    for (long at = from; at < to; at++) {
      if (u8(at) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The bytes of a part, each as one character; at most {@code most} of them. */
  String text(long at, long length, int most) {
    return fits(at, length)
        ? new String(file.start(at, (int) Math.min(length, most)), StandardCharsets.ISO_8859_1)
        : "";
  }

  /** A copy of a part that is within the file. */
  byte[] copy(long at, int length) {
    return file.start(at, length);
  }

  /** Whether one of these is anywhere in the file; reads every byte. */
  boolean contains(List<String> needles) {
    int longest = needles.stream().mapToInt(String::length).max().orElse(0);
    for (long at = 0; at < size(); at += PIECE) {
      String piece = text(at, Math.min(PIECE + longest, size() - at), PIECE + longest);
      if (needles.stream().anyMatch(piece::contains)) {
        return true;
      }
    }
    return false;
  }
}
