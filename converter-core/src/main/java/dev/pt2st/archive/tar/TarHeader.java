package dev.pt2st.archive.tar;

import dev.pt2st.io.MappedFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A block that {@code TarInfo.frombuf} of {@code Lib/tarfile.py} takes for a header.
 *
 * @param name as the block has it
 * @param size of the content; may be negative
 * @param type one character; what was a directory before POSIX is one here too
 * @param sparse of a file with holes in the old format of GNU; null for others
 */
public record TarHeader(String name, long size, char type, @Nullable OldSparse sparse) {
  static final int BLOCK = 512;
  static final char OLD_FILE = '\0';
  static final char DIRECTORY = '5';
  static final char HARD_LINK = '1';
  static final char SYMBOLIC_LINK = '2';
  static final char GNU_SPARSE = 'S';
  static final char LONG_NAME = 'L';
  static final char LONG_LINK = 'K';

  private static final String EXTENDED = "xgX";
  private static final String FILES = "0\0" + "7S";
  private static final String SUPPORTED = "0\0" + "1256734LKS";

  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[BLOCK]);

  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int TYPE_AT = 156;
  private static final int NAME_BYTES = 100;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_BYTES = 155;
  private static final int SPARSE_AT = 386;
  private static final int SPARSE_FIELD = 12;

  /** Start and length of further numbers, each of which must be one: mode, uid, gid, ... */
  private static final int[][] NUMBERS = {
    {100, 8}, {108, 8}, {116, 8}, {136, 12}, {329, 8}, {337, 8}
  };

  /**
   * A file with holes.
   *
   * @param pieces where its data goes, as pairs of offset and length
   * @param goesOn whether blocks with further pieces follow
   * @param size with its holes
   */
  record OldSparse(List<SparseMap.Piece> pieces, boolean goesOn, long size) {
    OldSparse {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * Whether bytes begin with a block whose checksum is right for {@code tarfile}: the sum of its
   * bytes, with or without their sign.
   */
  public static boolean isHeader(byte[] block) {
    return block.length >= BLOCK && hasChecksum(block);
  }

  /**
   * Whether the checksum of a block may be right, as far as its first bytes tell: at most one block
   * of some hundred passes, and no header fails.
   */
  static boolean mayBeHeader(MappedFile file, long at) {
    int first = file.i8(at + CHECKSUM_AT) & 0xff;
    if (first == 0x80 || first == 0xff) {
      // No sum of 512 bytes is as large as the ones that have other bytes here.
      byte rest = (byte) (first == 0x80 ? 0 : first);
      return file.i8(at + CHECKSUM_AT + 1) == rest && file.i8(at + CHECKSUM_AT + 2) == rest;
    }
    if (first == 0) {
      return file.bytes(at, BLOCK).mismatch(ZEROS) >= 0;
    }
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      byte digit = file.i8(at + CHECKSUM_AT + i);
      if (digit == 0) {
        return true;
      }
      if (!isInNumber(digit)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInNumber(byte digit) {
    boolean isSpace =
        digit == ' ' || (digit >= '\t' && digit <= '\r') || (digit >= 0x1c && digit < ' ');
    return isSpace || (digit >= '0' && digit <= '7') || "+-_oO".indexOf(digit) >= 0;
  }

  private static boolean hasChecksum(byte[] block) {
    OptionalLong said = PythonNumber.field(block, CHECKSUM_AT, CHECKSUM_BYTES);
    if (said.isEmpty()) {
      return false;
    }
    long unsigned = CHECKSUM_BYTES * ' ';
    long signed = unsigned;
    boolean isZero = true;
    for (int i = 0; i < BLOCK; i++) {
      isZero &= block[i] == 0;
      if (i < CHECKSUM_AT || i >= CHECKSUM_AT + CHECKSUM_BYTES) {
        unsigned += block[i] & 0xff;
        signed += block[i];
      }
    }
    return !isZero && (said.getAsLong() == unsigned || said.getAsLong() == signed);
  }

  /** Reads a block; null if {@code tarfile} takes it for no header. */
  static @Nullable TarHeader of(byte[] block) {
    OptionalLong size = PythonNumber.field(block, SIZE_AT, SPARSE_FIELD);
    if (size.isEmpty() || !hasChecksum(block)) {
      return null;
    }
    for (int[] number : NUMBERS) {
      if (PythonNumber.field(block, number[0], number[1]).isEmpty()) {
        return null;
      }
    }
    String name = text(block, 0, NAME_BYTES);
    char type = (char) (block[TYPE_AT] & 0xff);
    if (type == OLD_FILE && name.endsWith("/")) {
      type = DIRECTORY;
    }
    String prefix = text(block, PREFIX_AT, PREFIX_BYTES);
    boolean isGnu = type == LONG_NAME || type == LONG_LINK || type == GNU_SPARSE;
    if (!prefix.isEmpty() && !isGnu) {
      name = prefix + "/" + name;
    }
    if (type != GNU_SPARSE) {
      return new TarHeader(name, size.getAsLong(), type, null);
    }
    OldSparse sparse = sparseOf(block);
    return sparse == null ? null : new TarHeader(name, size.getAsLong(), type, sparse);
  }

  private static @Nullable OldSparse sparseOf(byte[] block) {
    List<SparseMap.Piece> pieces = new ArrayList<>();
    OptionalLong size = PythonNumber.field(block, 483, SPARSE_FIELD);
    return addPieces(block, SPARSE_AT, 4, true, pieces) && size.isPresent()
        ? new OldSparse(pieces, block[482] != 0, size.getAsLong())
        : null;
  }

  /**
   * Reads where the data of a file with holes goes.
   *
   * @param keepEmpty whether a piece without an offset or a length counts
   * @return false if a number is none
   */
  static boolean addPieces(
      byte[] block, int from, int most, boolean keepEmpty, List<SparseMap.Piece> pieces) {
    for (int i = 0; i < most; i++) {
      int at = from + i * 2 * SPARSE_FIELD;
      OptionalLong offset = PythonNumber.field(block, at, SPARSE_FIELD);
      OptionalLong length = PythonNumber.field(block, at + SPARSE_FIELD, SPARSE_FIELD);
      if (offset.isEmpty() || length.isEmpty()) {
        return false;
      }
      if (keepEmpty || (offset.getAsLong() != 0 && length.getAsLong() != 0)) {
        pieces.add(new SparseMap.Piece(offset.getAsLong(), length.getAsLong()));
      }
    }
    return true;
  }

  /** Bytes up to the first zero, as a text to be shown and compared. */
  static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < Math.min(bytes.length, from + length) && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  /** Whether it only says something of the next one, in records of POSIX. */
  boolean isExtended() {
    return EXTENDED.indexOf(type) >= 0;
  }

  /** Whether it holds what is said of all that follow. */
  boolean isGlobal() {
    return type == 'g';
  }

  /** Whether {@code tarfile} gives out its content: files, and all types that it does not know. */
  boolean hasContent() {
    return FILES.indexOf(type) >= 0 || SUPPORTED.indexOf(type) < 0;
  }
}
