package dev.pt2st.zstd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.compress.MemoryLimitException;

/**
 * Decompresses zstd frames, one after another, with skippable frames between them left out (RFC
 * 8878). Of memory it takes one and a half windows, grown as the content grows.
 */
public final class ZstdInputStream extends InputStream {
  static final int MAX_BLOCK = 1 << 17;

  /** What is read and written behind the end where copies go by eight bytes. */
  static final int SLACK = 32;

  private static final long MAGIC = 0xfd2fb528L;
  private static final long SKIPPABLE = 0x184d2a50L;
  private static final int FIRST_HISTORY = 4 * MAX_BLOCK;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;

  private final InputStream in;
  private final int maxKilobytes;
  private final byte[] block = new byte[MAX_BLOCK + SLACK];
  private final Literals literals;
  private final Sequences sequences;
  private final XxHash64 hash = new XxHash64();

  /** What was decoded: the window first, then what is still to be handed out. */
  private byte[] history = new byte[0];

  private ByteBuffer historyBytes = ByteBuffer.wrap(history);
  private int handedOut;
  private int decoded;

  private FrameHeader frame = new FrameHeader(0, 0, false);
  private boolean inFrame;
  private boolean atEnd;
  private long decodedOfFrame;

  /**
   * @param in the compressed bytes; read in small pieces
   * @param maxKilobytes what the window may take of memory; more ends in a {@link
   *     MemoryLimitException}
   */
  public ZstdInputStream(InputStream in, int maxKilobytes) {
    this.in = in;
    this.maxKilobytes = maxKilobytes;
    ByteBuffer blockBytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    this.literals = new Literals(blockBytes);
    this.sequences = new Sequences(blockBytes, literals);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * The next bytes.
   *
   * @throws ZstdException if the data is damaged, or of a kind that is not read
   * @throws EOFException if it is cut short
   * @throws MemoryLimitException if it needs too much memory
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (handedOut == decoded) {
      if (atEnd) {
        return -1;
      }
      if (inFrame) {
        readBlock();
      } else {
        readFrameHeader();
      }
    }
    int count = Math.min(length, decoded - handedOut);
    System.arraycopy(history, handedOut, target, offset, count);
    handedOut += count;
    return count;
  }

  private void readFrameHeader() throws IOException {
    int first = in.read();
    if (first < 0) {
      atEnd = true;
      return;
    }
    long magic = first | FrameHeader.number(in, 3) << 8;
    if ((magic & ~15L) == SKIPPABLE) {
      in.skipNBytes(FrameHeader.number(in, 4));
      return;
    }
    if (magic != MAGIC) {
      throw ZstdException.malformed("no frame begins where one should");
    }
    frame = FrameHeader.read(in);
    if (historySize() > MAX_ARRAY || historySize() >> 10 > maxKilobytes) {
      throw new MemoryLimitException(historySize() >> 10, maxKilobytes);
    }
    inFrame = true;
    handedOut = 0;
    decoded = 0;
    decodedOfFrame = 0;
    literals.reset();
    sequences.reset();
    hash.reset();
  }

  /** The most that is held at a time: the window, blocks behind it, and slack. */
  private long historySize() {
    long window = windowSize();
    return window + Math.max(FIRST_HISTORY, window / 2) + SLACK;
  }

  private long windowSize() {
    return frame.contentSize() < 0
        ? frame.windowSize()
        : Math.min(frame.windowSize(), frame.contentSize());
  }

  private void readBlock() throws IOException {
    int header = (int) FrameHeader.number(in, 3);
    int size = header >> 3;
    if (size > MAX_BLOCK) {
      throw ZstdException.malformed("a block is too large");
    }
    makeRoom();
    int start = decoded;
    switch (header >> 1 & 3) {
      case 0 -> {
        readFully(history, start, size);
        decoded += size;
      }
      case 1 -> {
        Arrays.fill(history, start, start + size, (byte) FrameHeader.number(in, 1));
        decoded += size;
      }
      case 2 -> {
        readFully(block, 0, size);
        int literalsEnd = literals.read(0, size);
        decoded = sequences.execute(literalsEnd, size, historyBytes, start);
      }
      default -> throw ZstdException.malformed("a block is of the reserved kind");
    }
    decodedOfFrame += decoded - start;
    if (frame.hasChecksum()) {
      hash.update(historyBytes, start, decoded);
    }
    boolean last = (header & 1) != 0;
    if (last) {
      endFrame();
    } else if (frame.contentSize() >= 0 && decodedOfFrame > frame.contentSize()) {
      throw ZstdException.malformed("a frame has more bytes than it says");
    }
  }

  private void readFully(byte[] target, int offset, int length) throws IOException {
    if (in.readNBytes(target, offset, length) < length) {
      throw new EOFException("a block is cut short");
    }
  }

  private void endFrame() throws IOException {
    if (frame.contentSize() >= 0 && decodedOfFrame != frame.contentSize()) {
      throw ZstdException.malformed("a frame has another size than it says");
    }
    if (frame.hasChecksum() && FrameHeader.number(in, 4) != (hash.value() & 0xffff_ffffL)) {
      throw ZstdException.malformed("the checksum of a frame is wrong");
    }
    inFrame = false;
  }

  /** Sees to it that a block fits behind what was decoded: everything has been handed out. */
  private void makeRoom() {
    long needed = (long) decoded + MAX_BLOCK + SLACK;
    if (needed <= history.length) {
      return;
    }
    int most = (int) historySize();
    if (needed <= most) {
      int size = (int) Math.min(most, Math.max(needed, 2L * history.length));
      history = Arrays.copyOf(history, size);
      historyBytes = ByteBuffer.wrap(history).order(ByteOrder.LITTLE_ENDIAN);
    } else {
      int kept = (int) Math.min(windowSize(), decoded);
      System.arraycopy(history, decoded - kept, history, 0, kept);
      decoded = kept;
      handedOut = kept;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
