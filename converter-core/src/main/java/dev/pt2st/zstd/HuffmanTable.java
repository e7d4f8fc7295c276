package dev.pt2st.zstd;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A decoding table of Huffman codes (RFC 8878, section 4.2). */
final class HuffmanTable {
  private static final int MAX_BITS = 11;
  private static final int MAX_WEIGHT_LOG = 6;
  private static final int SYMBOLS = 256;

  /** The weights themselves, where they are compressed. */
  private static final long[] WEIGHTS = new long[MAX_BITS + 2];

  static {
    Arrays.setAll(WEIGHTS, weight -> FseTable.meaning(weight, 0));
  }

  /** For each start of a code: the symbol in the upper byte, the length of the code in the lower. */
  private final char[] codes;

  private final int bits;

  private HuffmanTable(char[] codes, int bits) {
    this.codes = codes;
    this.bits = bits;
  }

  /**
   * A table, and where its description ends.
   *
   * @param end the byte behind the description
   */
  record Read(HuffmanTable table, int end) {}

  static Read read(ByteBuffer bytes, int from, int end) throws ZstdException {
    if (from >= end) {
      throw ZstdException.malformed("a Huffman table is missing");
    }
    byte[] weights = new byte[SYMBOLS];
    int header = bytes.get(from) & 0xff;
    int count;
    int behind;
    if (header >= 128) {
      count = header - 127;
      behind = from + 1 + (count + 1) / 2;
      check(behind <= end);
      for (int i = 0; i < count; i++) {
        int pair = bytes.get(from + 1 + i / 2);
        weights[i] = (byte) (i % 2 == 0 ? pair >> 4 & 15 : pair & 15);
      }
    } else {
      behind = from + 1 + header;
      check(behind <= end);
      count = decompressWeights(bytes, from + 1, behind, weights);
    }
    return new Read(build(weights, count), behind);
  }

  private static void check(boolean right) throws ZstdException {
    if (!right) {
      throw ZstdException.malformed("a Huffman table is damaged");
    }
  }

  /** Two states take turns, until a bit is wanted that is not there. */
  private static int decompressWeights(ByteBuffer bytes, int from, int end, byte[] weights)
      throws ZstdException {
    FseHeader.Read header = FseHeader.read(bytes, from, end, MAX_WEIGHT_LOG, WEIGHTS);
    long[] states = header.table().states();
    BackwardBits in = new BackwardBits(bytes);
    in.open(header.end(), end);
    int log = header.table().log();
    int[] state = {(int) in.read(log), (int) in.read(log)};
    int count = 0;
    int turn = 0;
    while (true) {
      check(count < SYMBOLS - 2);
      long now = states[state[turn]];
      weights[count++] = (byte) FseTable.base(now);
      if (in.left() < FseTable.nextBits(now)) {
        weights[count++] = (byte) FseTable.base(states[state[1 - turn]]);
        return count;
      }
      state[turn] = FseTable.nextBase(now) + (int) in.read(FseTable.nextBits(now));
      in.refill();
      turn = 1 - turn;
    }
  }

  /** The weight of the last symbol is not written: it makes the sum a power of two. */
  private static HuffmanTable build(byte[] weights, int count) throws ZstdException {
    int[] ofWeight = new int[MAX_BITS + 2];
    int sum = 0;
    for (int i = 0; i < count; i++) {
      check(weights[i] <= MAX_BITS + 1);
      ofWeight[weights[i]]++;
      sum += 1 << weights[i] >> 1;
    }
    check(sum > 0);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(sum);
    int rest = (1 << bits) - sum;
    check(bits <= MAX_BITS && Integer.bitCount(rest) == 1);
    int last = Integer.numberOfTrailingZeros(rest) + 1;
    weights[count] = (byte) last;
    ofWeight[last]++;
    int[] start = new int[MAX_BITS + 2];
    int at = 0;
    for (int weight = 1; weight <= bits; weight++) {
      start[weight] = at;
      at += ofWeight[weight] << (weight - 1);
    }
    check(at == 1 << bits);
    char[] codes = new char[1 << bits];
    for (int symbol = 0; symbol <= count; symbol++) {
      int weight = weights[symbol];
      if (weight > 0) {
        int size = 1 << (weight - 1);
        char code = (char) (symbol << 8 | (bits + 1 - weight));
        Arrays.fill(codes, start[weight], start[weight] + size, code);
        start[weight] += size;
      }
    }
    return new HuffmanTable(codes, bits);
  }

  /** Decodes one stream into a part of the output. */
  void decode(BackwardBits in, byte[] out, int from, int to) throws ZstdException {
    int shift = Long.SIZE - bits;
    int at = from;
    while (at < to) {
      in.refill();
      // Five codes of 11 bits are there after each refill.
      int pieceEnd = Math.min(to, at + 5);
      while (at < pieceEnd) {
        char code = codes[(int) (in.container << in.consumed >>> shift)];
        in.consumed += code & 0xff;
        out[at++] = (byte) (code >> 8);
      }
    }
    if (!in.isFinished()) {
      throw ZstdException.malformed("a Huffman stream does not end where it should");
    }
  }

  /**
   * Decodes four streams at once, a quarter of the output each: what one waits for, the processor
   * does for the others.
   */
  void decode(ByteBuffer bytes, BackwardBits[] in, byte[] out, int from, int to)
      throws ZstdException {
    int quarter = (to - from + 3) / 4;
    int[] at = {from, from + quarter, from + 2 * quarter, from + 3 * quarter};
    check(at[3] <= to);
    int rounds = decodeTogether(bytes, in, out, at, to - at[3]);
    for (int i = 0; i < 4; i++) {
      decode(in[i], out, at[i] + rounds, i < 3 ? at[i + 1] : to);
    }
  }

  /** As long as each stream has bytes for a whole refill; gives how many codes of each it took. */
  private int decodeTogether(
      ByteBuffer bytes, BackwardBits[] in, byte[] out, int[] at, int most) {
    final int shift = Long.SIZE - bits;
    final char[] table = codes;
    BackwardBits a = in[0];
    BackwardBits b = in[1];
    BackwardBits c = in[2];
    BackwardBits d = in[3];
    final int firstA = a.start() + Long.BYTES;
    final int firstB = b.start() + Long.BYTES;
    final int firstC = c.start() + Long.BYTES;
    final int firstD = d.start() + Long.BYTES;
    int readA = a.consumed;
    int readB = b.consumed;
    int readC = c.consumed;
    int readD = d.consumed;
    int atA = a.position;
    int atB = b.position;
    int atC = c.position;
    int atD = d.position;
    int outA = at[0];
    int outB = at[1];
    int outC = at[2];
    int outD = at[3];
    int done = 0;
    while (done + 4 <= most && atA >= firstA && atB >= firstB && atC >= firstC && atD >= firstD) {
      atA -= readA >>> 3;
      atB -= readB >>> 3;
      atC -= readC >>> 3;
      atD -= readD >>> 3;
      readA &= 7;
      readB &= 7;
      readC &= 7;
      readD &= 7;
      long bitsA = bytes.getLong(atA);
      long bitsB = bytes.getLong(atB);
      long bitsC = bytes.getLong(atC);
      long bitsD = bytes.getLong(atD);
      for (int i = 0; i < 4; i++) {
        char codeA = table[(int) (bitsA << readA >>> shift)];
        char codeB = table[(int) (bitsB << readB >>> shift)];
        char codeC = table[(int) (bitsC << readC >>> shift)];
        char codeD = table[(int) (bitsD << readD >>> shift)];
        readA += codeA & 0xff;
        readB += codeB & 0xff;
        readC += codeC & 0xff;
        readD += codeD & 0xff;
        out[outA + done] = (byte) (codeA >> 8);
        out[outB + done] = (byte) (codeB >> 8);
        out[outC + done] = (byte) (codeC >> 8);
        out[outD + done] = (byte) (codeD >> 8);
        done++;
      }
    }
    a.consumed = readA;
    b.consumed = readB;
    c.consumed = readC;
    d.consumed = readD;
    a.position = atA;
    b.position = atB;
    c.position = atC;
    d.position = atD;
    return done;
  }
}
