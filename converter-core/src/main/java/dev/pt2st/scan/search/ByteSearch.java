package dev.pt2st.scan.search;

import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Searches all bytes of a content of no known format, however large, for places where a pickle,
 * compressed data or an archive may begin.
 */
public final class ByteSearch {
  private static final int PIECE = 1 << 20;

  /** How many bytes after a place are looked at to recognize it. */
  private static final int AHEAD = 1 << 10;

  private static final int LONGEST_NAME = 255;
  private static final int PROTO = 0x80;
  private static final int HIGHEST_PROTOCOL = 5;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int BINUNICODE8 = 0x8d;

  private static final int PAIRS = 1 << 16;
  private static final boolean[] NAME_PART = new boolean[256];
  private static final boolean[] OPCODE = new boolean[256];

  /**
   * A bit set of byte pairs at which something may begin; all others are rejected with one look-up.
   */
  private static final long[] FIRST = new long[PAIRS / Long.SIZE];

  static {
    for (int c = 0; c < NAME_PART.length; c++) {
      NAME_PART[c] = c == '.' || c == '_' || c >= 0x80 || Character.isLetterOrDigit(c);
      OPCODE[c] = Opcode.of(c) != null;
    }
    for (int pair = 0; pair < PAIRS; pair++) {
      int second = pair & 0xff;
      boolean mayBegin =
          switch (pair >> 8) {
            case PROTO -> second <= HIGHEST_PROTOCOL;
            case 'c' -> NAME_PART[second];
            case 'i', 'V' -> NAME_PART[second];
            case '(' -> second == 0xb5 || "cVSUTX\u008c\u008d".indexOf(second) >= 0;
            case 'S' -> second == '\'' || second == '"';
            case 'U', 'T', 'X', SHORT_BINUNICODE, BINUNICODE8 -> second > 0;
            case 0x1f -> second == 0x8b;
            case 'B' -> second == 'Z';
            case 0xfd -> second == '7';
            case 'P' -> second == 'K';
            default -> false;
          };
      if (mayBegin) {
        FIRST[pair >>> 6] |= 1L << pair;
      }
    }
  }

  private final MappedFile content;
  private final byte[] piece;

  /** How many bytes of the piece are loaded, including those for looking ahead. */
  private int available;

  public ByteSearch(MappedFile content) {
    this.content = content;
    this.piece = new byte[(int) Math.min(PIECE + AHEAD, content.size())];
  }

  /** What may begin at a place. */
  public enum Sign {
    PICKLE,
    /** INST; its pickle begins before it, at its mark or earlier. */
    INSTANCE,
    GZIP,
    BZIP2,
    XZ,
    ZSTD,
    ZIP;

    /** The decoder for it; null if it is not compressed as a whole. */
    public @Nullable LoaderDecoder decoder() {
      return switch (this) {
        case GZIP -> LoaderDecoder.LENIENT_GZIP;
        case BZIP2 -> LoaderDecoder.ZIP_BZIP2;
        case XZ -> LoaderDecoder.ZIP_XZ;
        case ZSTD -> LoaderDecoder.ZIP_ZSTD;
        case PICKLE, INSTANCE, ZIP -> null;
      };
    }
  }

  /** Is called for each place and returns where to continue. */
  @FunctionalInterface
  public interface Found<E extends Exception> {
    /**
     * Handles a place.
     *
     * @return the offset at which the search continues
     */
    long at(long offset, Sign sign) throws E;
  }

  /**
   * Searches.
   *
   * @param looked is given the number of bytes searched
   */
  public <E extends Exception> void run(LongConsumer looked, Found<E> found) throws E {
    long next = 0;
    for (long start = 0; start < content.size(); start += PIECE) {
      available = (int) Math.min(piece.length, content.size() - start);
      MemorySegment bytes = content.bytes(start, available);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, piece, 0, available);
      int length = Math.min(PIECE, available);
      looked.accept(length);
      // Nothing of interest has only one byte.
      int end = Math.min(length, available - 1);
      for (int i = (int) Math.max(0, next - start); i < end; i++) {
        int pair = (piece[i] & 0xff) << 8 | (piece[i + 1] & 0xff);
        if ((FIRST[pair >>> 6] >>> pair & 1) != 0) {
          Sign sign = sign(i);
          if (sign != null) {
            next = Math.max(found.at(start + i, sign), start + i + 1);
            i = (int) Math.min(length, next - start) - 1;
          }
        }
      }
    }
  }

  private int at(int index) {
    return index < available ? piece[index] & 0xff : -1;
  }

  private @Nullable Sign sign(int i) {
    return switch (at(i)) {
      case PROTO -> {
        // Two bytes alone have no effect.
        int opcode = at(i + 2);
        yield at(i + 1) <= HIGHEST_PROTOCOL && opcode >= 0 && OPCODE[opcode] ? Sign.PICKLE : null;
      }
      case 'c' -> nameEnd(i + 1) > 0 ? Sign.PICKLE : null;
      case 'i' -> nameEnd(nameEnd(i + 1)) > 0 ? Sign.INSTANCE : null;
      case '(' -> {
        if (at(i + 1) == 0xb5) {
          yield at(i + 2) == 0x2f && at(i + 3) == 0xfd ? Sign.ZSTD : null;
        }
        // The mark of OBJ; the class follows.
        yield sign(i + 1) == Sign.PICKLE ? Sign.PICKLE : null;
      }
      // The name of a module for STACK_GLOBAL: a text of any kind.
      case 'V' -> isOpcode(nameEnd(i + 1)) ? Sign.PICKLE : null;
      case 'S' -> isQuoted(i + 1) ? Sign.PICKLE : null;
      case 'U', SHORT_BINUNICODE -> isText(i, 1) ? Sign.PICKLE : null;
      case 'T', 'X' -> isText(i, 4) ? Sign.PICKLE : null;
      case BINUNICODE8 -> isText(i, 8) ? Sign.PICKLE : null;
      // Whatever its flags are: gzip.py does not look at those that are reserved.
      case 0x1f -> at(i + 1) == 0x8b && at(i + 2) == 8 ? Sign.GZIP : null;
      case 'B' ->
          at(i + 1) == 'Z' && at(i + 2) == 'h' && at(i + 4) == '1' && at(i + 5) == 'A'
              ? Sign.BZIP2
              : null;
      case 0xfd -> at(i + 1) == '7' && at(i + 2) == 'z' && at(i + 3) == 'X' ? Sign.XZ : null;
      case 'P' -> at(i + 1) == 'K' && at(i + 2) == 3 && at(i + 3) == 4 ? Sign.ZIP : null;
      default -> null;
    };
  }

  /**
   * The index after the line that begins here, if the line may be a name; else -1, also for a
   * negative index.
   */
  private int nameEnd(int i) {
    if (i < 0) {
      return -1;
    }
    int at = behindName(i, LONGEST_NAME);
    return at > i && at(at) == '\n' ? at + 1 : -1;
  }

  private int behindName(int i, int most) {
    int at = i;
    while (at - i < most && isNamePart(at(at))) {
      at++;
    }
    return at;
  }

  private boolean isQuoted(int i) {
    int end = behindName(i + 1, LONGEST_NAME);
    return end > i + 1 && at(end) == at(i) && at(end + 1) == '\n' && isOpcode(end + 2);
  }

  /**
   * Whether a text that is preceded by its length is a name and followed by an opcode.
   *
   * @param lengthBytes the size of its length in bytes, of which only the first is not zero
   */
  private boolean isText(int i, int lengthBytes) {
    int count = at(i + 1);
    for (int k = 2; k <= lengthBytes; k++) {
      if (at(i + k) != 0) {
        return false;
      }
    }
    int from = i + 1 + lengthBytes;
    return count > 0 && behindName(from, count) == from + count && isOpcode(from + count);
  }

  private boolean isOpcode(int i) {
    int opcode = i < 0 ? -1 : at(i);
    return opcode >= 0 && OPCODE[opcode];
  }

  /** Whether a byte may be part of the name of a module; false for a negative number. */
  static boolean isNamePart(int c) {
    return c >= 0 && NAME_PART[c];
  }
}
