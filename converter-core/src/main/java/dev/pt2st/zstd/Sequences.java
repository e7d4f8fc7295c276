package dev.pt2st.zstd;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sequences section of a block (RFC 8878, section 3.1.1.3.2): literals to copy, then a match in
 * what was decoded before.
 */
final class Sequences {
  private static final int STANDARD = 0;
  private static final int RUN = 1;
  private static final int DESCRIBED = 2;

  private final ByteBuffer bytes;
  private final Literals literals;
  private final ByteBuffer literalBytes;
  private final BackwardBits in;
  private final @Nullable FseTable[] tables = new @Nullable FseTable[SequenceCode.ALL.size()];
  private final int[] recent = new int[3];

  /**
   * @param bytes the block, little-endian
   */
  Sequences(ByteBuffer bytes, Literals literals) {
    this.bytes = bytes;
    this.literals = literals;
    this.literalBytes = ByteBuffer.wrap(literals.literals).order(ByteOrder.LITTLE_ENDIAN);
    this.in = new BackwardBits(bytes);
  }

  /** A new frame begins: what blocks before have left behind counts no longer. */
  void reset() {
    Arrays.fill(tables, null);
    recent[0] = 1;
    recent[1] = 4;
    recent[2] = 8;
  }

  /**
   * Reads the section and carries it out.
   *
   * @param history what was decoded before, up to {@code out}; has room for a block and slack
   * @return the byte behind what was decoded
   */
  int execute(int from, int end, ByteBuffer history, int out) throws ZstdException {
    int at = from;
    int count = u8(at++, end);
    if (count == 255) {
      count = u8(at, end) + (u8(at + 1, end) << 8) + 0x7f00;
      at += 2;
    } else if (count >= 128) {
      count = ((count - 128) << 8) + u8(at++, end);
    }
    int written = out;
    int used = 0;
    if (count > 0) {
      int modes = u8(at++, end);
      if ((modes & 3) != 0) {
        throw ZstdException.malformed("a reserved bit is set");
      }
      for (SequenceCode code : SequenceCode.ALL) {
        at = readTable(code, modes >> (6 - 2 * code.index()) & 3, at, end);
      }
      in.open(at, end);
      long result = run(count, history, out);
      written = (int) (result >>> 32);
      used = (int) result;
    } else if (at != end) {
      throw ZstdException.malformed("bytes follow the last section of a block");
    }
    int rest = literals.size() - used;
    if (rest < 0 || rest > out + ZstdInputStream.MAX_BLOCK - written) {
      throw ZstdException.malformed("a block grows too large");
    }
    history.put(written, literals.literals, used, rest);
    return written + rest;
  }

  private int u8(int at, int end) throws ZstdException {
    if (at >= end) {
      throw ZstdException.malformed("the sequences of a block are cut short");
    }
    return bytes.get(at) & 0xff;
  }

  private int readTable(SequenceCode code, int mode, int from, int end) throws ZstdException {
    int index = code.index();
    switch (mode) {
      case STANDARD -> tables[index] = code.standard();
      case RUN -> {
        int symbol = u8(from, end);
        if (symbol >= code.meanings().length) {
          throw ZstdException.malformed("a table has too many symbols");
        }
        tables[index] = FseTable.of(code.meanings()[symbol]);
        return from + 1;
      }
      case DESCRIBED -> {
        FseHeader.Read read = FseHeader.read(bytes, from, end, code.maxLog(), code.meanings());
        tables[index] = read.table();
        return read.end();
      }
      default -> {
        // The table of the block before.
      }
    }
    return from;
  }

  private FseTable table(SequenceCode code) throws ZstdException {
    FseTable table = tables[code.index()];
    if (table == null) {
      throw ZstdException.malformed("a block uses a table that was never given");
    }
    return table;
  }

  /** Gives the byte behind what was written in the upper half, the literals used in the lower. */
  private long run(int count, ByteBuffer history, int out) throws ZstdException {
    final long[] lengths = table(SequenceCode.LITERAL_LENGTH).states();
    final long[] offsets = table(SequenceCode.OFFSET).states();
    final long[] matches = table(SequenceCode.MATCH_LENGTH).states();
    final int limit = out + ZstdInputStream.MAX_BLOCK;
    int length = (int) in.read(table(SequenceCode.LITERAL_LENGTH).log());
    int offset = (int) in.read(table(SequenceCode.OFFSET).log());
    int match = (int) in.read(table(SequenceCode.MATCH_LENGTH).log());
    int at = out;
    int used = 0;
    for (int i = 0; i < count; i++) {
      long ofLength = lengths[length];
      long ofOffset = offsets[offset];
      long ofMatch = matches[match];
      in.refill();
      // An offset takes up to 31 bits, the other two up to 16 each, the three states up to 26.
      long distance = (ofOffset >>> 32) + in.read(FseTable.extraBits(ofOffset));
      in.refill();
      int matched = FseTable.base(ofMatch) + (int) in.read(FseTable.extraBits(ofMatch));
      int copied = FseTable.base(ofLength) + (int) in.read(FseTable.extraBits(ofLength));
      if (i + 1 < count) {
        in.refill();
        length = FseTable.nextBase(ofLength) + (int) in.read(FseTable.nextBits(ofLength));
        match = FseTable.nextBase(ofMatch) + (int) in.read(FseTable.nextBits(ofMatch));
        offset = FseTable.nextBase(ofOffset) + (int) in.read(FseTable.nextBits(ofOffset));
      }
      int back = resolve(distance, copied);
      if (copied > literals.size() - used || (long) at + copied + matched > limit) {
        throw ZstdException.malformed("a block grows too large");
      }
      copy(literalBytes, used, history, at, copied);
      used += copied;
      at += copied;
      if (back > at) {
        throw ZstdException.malformed("a match lies before the first byte");
      }
      copyMatch(history, at, back, matched);
      at += matched;
    }
    if (!in.isFinished()) {
      throw ZstdException.malformed("the sequences of a block do not end where they should");
    }
    return (long) at << 32 | used;
  }

  /** The first three values stand for an offset that was used before. */
  private int resolve(long value, int copied) throws ZstdException {
    if (value > 3) {
      recent[2] = recent[1];
      recent[1] = recent[0];
      recent[0] = (int) Math.min(Integer.MAX_VALUE, value - 3);
      return recent[0];
    }
    int index = (int) value - (copied == 0 ? 0 : 1);
    if (index == 0) {
      return recent[0];
    }
    int back = index == 3 ? recent[0] - 1 : recent[index];
    if (back == 0) {
      throw ZstdException.malformed("a match lies at its own place");
    }
    if (index > 1) {
      recent[2] = recent[1];
    }
    recent[1] = recent[0];
    recent[0] = back;
    return back;
  }

  /** Eight bytes at a time: a few more than wanted, which what follows writes over. */
  private static void copy(ByteBuffer source, int from, ByteBuffer target, int to, int count) {
    for (int i = 0; i < count; i += Long.BYTES) {
      target.putLong(to + i, source.getLong(from + i));
    }
  }

  private static void copyMatch(ByteBuffer history, int at, int back, int count) {
    // What repeats with a short period repeats with a multiple of it, which is long enough.
    int period = back >= Long.BYTES ? back : back * ((Long.BYTES - 1) / back + 1);
    int single = Math.min(count, period - back);
    for (int i = 0; i < single; i++) {
      history.put(at + i, history.get(at - back + i));
    }
    copy(history, at + single - period, history, at + single, count - single);
  }
}
