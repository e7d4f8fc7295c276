package dev.pt2st.scan.search;

import dev.pt2st.io.MappedFile;

/**
 * Finds bytes at which a pickle may begin, or continue after a break: PROTO and a protocol, or an
 * opcode that names a global. In a large content only the beginning is searched, and the number of
 * places is limited.
 */
public final class PickleSearch {
  private static final int SEARCHED = 1 << 20;
  private static final int MOST_PLACES = 4096;
  private static final int LONGEST_NAME = 256;

  private static final int PROTO = 0x80;
  private static final int HIGHEST_PROTOCOL = 5;
  private static final int SHORT_BINUNICODE = 0x8c;
  private static final int MEMOIZE = 0x94;
  private static final int BINPUT = 'q';

  private final byte[] bytes;
  private final long start;
  private int places;

  public PickleSearch(MappedFile content, long from) {
    this.start = from;
    this.bytes = content.start(from, SEARCHED);
  }

  /** How many bytes are searched. */
  public int length() {
    return bytes.length;
  }

  /** The first such byte at or after an offset in the content; negative if there is none. */
  public long next(long from) {
    for (long at = from - start; at < bytes.length && places < MOST_PLACES; at++) {
      if (mayBegin((int) at)) {
        places++;
        return start + at;
      }
    }
    return -1;
  }

  private int at(int index) {
    return index < bytes.length ? bytes[index] & 0xff : -1;
  }

  private boolean mayBegin(int at) {
    return switch (at(at)) {
      case PROTO -> at(at + 1) >= 0 && at(at + 1) <= HIGHEST_PROTOCOL;
      case 'c' -> lineBehind(lineBehind(at + 1)) > 0;
      case SHORT_BINUNICODE -> shortTextBehind(memoBehind(shortTextBehind(at))) > 0;
      default -> false;
    };
  }

  /** The index after a line that may be a name; negative if there is none. */
  private int lineBehind(int from) {
    if (from < 0) {
      return -1;
    }
    int at = from;
    while (ByteSearch.isNamePart(at(at)) && at - from < LONGEST_NAME) {
      at++;
    }
    return at > from && at(at) == '\n' ? at + 1 : -1;
  }

  private int shortTextBehind(int from) {
    if (from < 0 || at(from) != SHORT_BINUNICODE) {
      return -1;
    }
    int length = at(from + 1);
    for (int i = 0; i < length; i++) {
      if (!ByteSearch.isNamePart(at(from + 2 + i))) {
        return -1;
      }
    }
    return length > 0 ? from + 2 + length : -1;
  }

  private int memoBehind(int from) {
    return switch (from < 0 ? -1 : at(from)) {
      case MEMOIZE -> from + 1;
      case BINPUT -> from + 2;
      default -> from;
    };
  }
}
