package dev.pt2st.pickle;

import dev.pt2st.io.ByteCursor;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the memo entries that a pickle reads. Writers put every tuple into the memo and read few of
 * them. The others need not be kept: in a checkpoint with a million tensors they are half of all
 * values.
 *
 * <p>It steps over the opcodes up to the first STOP, as the stack machine does, without making
 * values. If it cannot step over a stream, it gives no answer, and all entries are kept.
 */
final class MemoUse {
  /** In a smaller pickle the search does not pay off. */
  static final long LEAST_BYTES = 1 << 20;

  private static final int WINDOW = 1 << 16;

  /** The number of bytes after an opcode that can simply be stepped over; negative for others. */
  private static final byte[] STEPPED = new byte[256];

  private static final int BINGET = Opcode.BINGET.code();

  static {
    for (int code = 0; code < STEPPED.length; code++) {
      Opcode opcode = Opcode.of(code);
      STEPPED[code] = opcode == null ? -1 : stepped(opcode);
    }
  }

  private static byte stepped(Opcode opcode) {
    if (opcode == Opcode.STOP || opcode == Opcode.LONG_BINGET) {
      return -1;
    }
    return switch (opcode.encoding()) {
      case NONE -> 0;
      case LINE, TWO_LINES -> -1;
      case Opcode.Encoding sized -> (byte) (sized.isCounted() ? -1 : sized.numberBytes());
    };
  }

  private final ByteCursor bytes;
  private final long end;
  private final byte[] window = new byte[WINDOW];
  private long windowStart;
  private long windowEnd;
  private long position;

  /** Which of the first entries are read. */
  private final boolean[] small = new boolean[256];

  private MemoUse(ByteCursor bytes) {
    this.bytes = bytes;
    this.end = bytes.remaining();
  }

  /**
   * The indices that GET, BINGET and LONG_BINGET name.
   *
   * @param pickle at its first opcode, and not moved; other bytes may follow its STOP
   * @return null if the stream cannot be stepped over
   */
  static @Nullable BitSet of(ByteCursor pickle) {
    return new MemoUse(pickle).indices();
  }

  private @Nullable BitSet indices() {
    BitSet asked = new BitSet();
    while (true) {
      stepOverPlain();
      if (position >= end) {
        return null;
      }
      Opcode opcode = Opcode.of(u8());
      if (opcode == null || opcode == Opcode.GET) {
        return null; // protocol 0, which is rare
      }
      if (opcode == Opcode.STOP) {
        for (int index = 0; index < small.length; index++) {
          if (small[index]) {
            asked.set(index);
          }
        }
        return asked;
      }
      if (!stepOver(opcode, asked)) {
        return null;
      }
    }
  }

  /**
   * Steps over opcodes of which only the length matters, and over those that read one of the first
   * entries. Nearly all opcodes are of these kinds.
   */
  private void stepOverPlain() {
    while (position < end) {
      fill();
      int limit = (int) (windowEnd - windowStart);
      int at = (int) (position - windowStart);
      while (at < limit) {
        int code = window[at] & 0xff;
        int stepped = STEPPED[code];
        if (stepped < 0 || at + stepped >= limit) {
          position = windowStart + at;
          return;
        }
        if (code == BINGET) {
          small[window[at + 1] & 0xff] = true;
        }
        at += 1 + stepped;
      }
      position = windowStart + at;
    }
  }

  private boolean stepOver(Opcode opcode, BitSet asked) {
    return switch (opcode.encoding()) {
      case NONE -> true;
      case LINE -> lines(1);
      case TWO_LINES -> lines(2);
      case Opcode.Encoding sized -> {
        int length = sized.numberBytes();
        if (end - position < length) {
          yield false;
        }
        if (opcode == Opcode.BINGET || opcode == Opcode.LONG_BINGET) {
          yield note(number(length), asked);
        }
        yield skip(sized.isCounted() ? number(length) : length);
      }
    };
  }

  /** Notes an index; false if the pickle cannot have put so many entries. */
  private boolean note(long index, BitSet asked) {
    if (index >= end || index > Integer.MAX_VALUE) {
      return false;
    }
    asked.set((int) index);
    return true;
  }

  private boolean skip(long length) {
    if (length < 0 || length > end - position) {
      return false;
    }
    position += length;
    return true;
  }

  private boolean lines(int count) {
    int left = count;
    while (left > 0 && position < end) {
      if (u8() == '\n') {
        left--;
      }
    }
    return left == 0;
  }

  private long number(int length) {
    long number = 0;
    for (int i = 0; i < length; i++) {
      number |= (long) u8() << (Byte.SIZE * i);
    }
    return number;
  }

  private int u8() {
    fill();
    return window[(int) (position++ - windowStart)] & 0xff;
  }

  /** Moves the window so that it contains the byte at the position. */
  private void fill() {
    if (position < windowStart || position >= windowEnd) {
      windowStart = position;
      windowEnd = Math.min(end, position + WINDOW);
      bytes.copyAhead(position, window, (int) (windowEnd - windowStart));
    }
  }
}
