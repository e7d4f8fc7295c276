package dev.pt2st.scan;

import dev.pt2st.archive.compression.LoaderDecoder;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all bytes of a content of no known format, however large, and gives the places at
 * which a pickle, compressed data or an archive may begin.
 */
final class ByteSearch {
  private static final int PIECE = 1 << 20;

  /** How far a place may be told by what is behind its first byte. */
  private static final int AHEAD = 1 << 10;

  private static final int LONGEST_NAME = 255;
  private static final int PROTO = 0x80;
  private static final int HIGHEST_PROTOCOL = 5;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int MEMOIZE = 0x94;

  private static final int PAIRS = 1 << 16;
  private static final boolean[] NAME_PART = new boolean[256];
  private static final boolean[] OPCODE = new boolean[256];

  /** Two bytes at which something may begin, so that all others cost one look into this. */
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
            case '(' -> second == 0xb5 || second == 'i' || second == 'c';
            case 'X', SHORT_BINUNICODE -> second > 0;
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

  /** How many bytes of the piece are there, with those that are looked ahead at. */
  private int available;

  ByteSearch(MappedFile content) {
    this.content = content;
    this.piece = new byte[(int) Math.min(PIECE + AHEAD, content.size())];
  }

  /** What a place may be. */
  enum Sign {
    PICKLE,
    GZIP,
    BZIP2,
    XZ,
    ZSTD,
    ZIP;

    /** What decompresses it; null for what is not compressed as a whole. */
    @Nullable LoaderDecoder decoder() {
      return switch (this) {
        case GZIP -> LoaderDecoder.LENIENT_GZIP;
        case BZIP2 -> LoaderDecoder.ZIP_BZIP2;
        case XZ -> LoaderDecoder.ZIP_XZ;
        case ZSTD -> LoaderDecoder.ZIP_ZSTD;
        case PICKLE, ZIP -> null;
      };
    }
  }

  /** Hears of a place; gives the place at which to go on. */
  @FunctionalInterface
  interface Found<E extends Exception> {
    /**
     * Takes a place.
     *
     * @return the next byte that is of interest
     */
    long at(long offset, Sign sign) throws E;
  }

  /**
   * Searches.
   *
   * @param looked hears how many bytes have been searched
   */
  <E extends Exception> void run(LongConsumer looked, Found<E> found) throws E {
    long next = 0;
    for (long start = 0; start < content.size(); start += PIECE) {
      available = (int) Math.min(piece.length, content.size() - start);
      MemorySegment bytes = content.bytes(start, available);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, piece, 0, available);
      int length = Math.min(PIECE, available);
      looked.accept(length);
      // Nothing of interest has but one byte.
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
        // Two bytes alone do nothing.
        int opcode = at(i + 2);
        yield at(i + 1) <= HIGHEST_PROTOCOL && opcode >= 0 && OPCODE[opcode] ? Sign.PICKLE : null;
      }
      case 'c' -> isGlobal(i) ? Sign.PICKLE : null;
      case '(' -> {
        if (at(i + 1) == 0xb5 && at(i + 2) == 0x2f && at(i + 3) == 0xfd) {
          yield Sign.ZSTD;
        }
        boolean isInstance = at(i + 1) == 'i' && isName(i + 2);
        yield isInstance || isGlobal(i + 1) ? Sign.PICKLE : null;
      }
      case 'X' -> isText(i, 5) ? Sign.PICKLE : null;
      case SHORT_BINUNICODE -> isText(i, 2) ? Sign.PICKLE : null;
      case 0x1f -> at(i + 1) == 0x8b && at(i + 2) == 8 && at(i + 3) < 32 ? Sign.GZIP : null;
      case 'B' ->
          at(i + 1) == 'Z' && at(i + 2) == 'h' && at(i + 4) == '1' && at(i + 5) == 'A'
              ? Sign.BZIP2
              : null;
      case 0xfd -> at(i + 1) == '7' && at(i + 2) == 'z' && at(i + 3) == 'X' ? Sign.XZ : null;
      case 'P' -> at(i + 1) == 'K' && at(i + 2) == 3 && at(i + 3) == 4 ? Sign.ZIP : null;
      default -> null;
    };
  }

  private boolean isGlobal(int i) {
    return at(i) == 'c' && isName(i + 1);
  }

  /** Whether a line begins here that may be a module's name. */
  private boolean isName(int i) {
    int at = i;
    while (isNamePart(at(at)) && at - i < LONGEST_NAME) {
      at++;
    }
    return at > i && at(at) == '\n';
  }

  /** Whether a text of the length before it is a name, and an opcode of another one follows. */
  private boolean isText(int i, int header) {
    int count = at(i + 1);
    boolean isShort = header == 2 || (at(i + 2) == 0 && at(i + 3) == 0 && at(i + 4) == 0);
    if (count <= 0 || !isShort) {
      return false;
    }
    int at = i + header;
    while (at < i + header + count && isNamePart(at(at))) {
      at++;
    }
    int behind = at(at);
    int opcode = behind == MEMOIZE ? at(at + 1) : behind == 'q' ? at(at + 2) : behind;
    return at == i + header + count
        && (opcode == 'X' || opcode == SHORT_BINUNICODE || behind == 'r');
  }

  private static boolean isNamePart(int c) {
    return c >= 0 && NAME_PART[c];
  }
}
