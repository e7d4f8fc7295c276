package dev.pt2st.zstd;

import java.util.Arrays;
import java.util.List;

/**
 * The three numbers of a sequence, each with its codes, their default shares and the most bits that
 * a state of its table may have (RFC 8878, sections 3.1.1.3.2.1.1 and 3.1.1.3.2.2).
 */
final class SequenceCode {
  /** How many literals are copied. */
  static final SequenceCode LITERAL_LENGTH = new SequenceCode(0,
      9,
      6,
      "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 18 20 22 24 28 32 40 48 64 128 256 512 1024 2048"
          + " 4096 8192 16384 32768 65536",
      "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 2 2 3 3 4 6 7 8 9 10 11 12 13 14 15 16",
      "4 3 2 2 2 2 2 2 2 2 2 2 2 1 1 1 2 2 2 2 2 2 2 2 2 3 2 1 1 1 1 1 -1 -1 -1 -1");

  /** How far back the match lies. */
  static final SequenceCode OFFSET = new SequenceCode(1,
      8,
      5,
      powers(),
      counting(),
      "1 1 1 1 1 1 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1 -1 -1 -1");

  /** How long the match is. */
  static final SequenceCode MATCH_LENGTH = new SequenceCode(2,
      9,
      6,
      "3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35"
          + " 37 39 41 43 47 51 59 67 83 99 131 259 515 1027 2051 4099 8195 16387 32771 65539",
      "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 2 2 3 3 4 4 5 7 8"
          + " 9 10 11 12 13 14 15 16",
      "1 4 3 2 2 2 2 2 2 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"
          + " 1 -1 -1 -1 -1 -1 -1 -1");

  /** In the order in which a block describes their tables. */
  static final List<SequenceCode> ALL = List.of(LITERAL_LENGTH, OFFSET, MATCH_LENGTH);

  private final int index;
  private final int maxLog;
  private final long[] meanings;
  private final FseTable standard;

  private SequenceCode(
      int index, int maxLog, int standardLog, String bases, String extraBits, String shares) {
    this.index = index;
    this.maxLog = maxLog;
    long[] base = numbers(bases);
    long[] extra = numbers(extraBits);
    this.meanings = new long[base.length];
    Arrays.setAll(meanings, code -> FseTable.meaning(base[code], (int) extra[code]));
    long[] share = numbers(shares);
    short[] counts = new short[share.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (short) share[i];
    }
    try {
      this.standard = FseTable.build(counts, counts.length, standardLog, meanings);
    } catch (ZstdException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static String powers() {
    StringBuilder text = new StringBuilder("1");
    for (int i = 1; i < 32; i++) {
      text.append(' ').append(1L << i);
    }
    return text.toString();
  }

  private static String counting() {
    StringBuilder text = new StringBuilder("0");
    for (int i = 1; i < 32; i++) {
      text.append(' ').append(i);
    }
    return text.toString();
  }

  /** Its place in {@link #ALL}. */
  int index() {
    return index;
  }

  int maxLog() {
    return maxLog;
  }

  /** What each code stands for. */
  long[] meanings() {
    return meanings;
  }

  /** The table that needs no description. */
  FseTable standard() {
    return standard;
  }
}
