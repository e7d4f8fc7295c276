package dev.pt2st.pickle;

import dev.pt2st.io.ByteCursor;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of its memo a pickle asks for. Writers put every tuple there and ask for few, and
 * what nobody asks for need not be kept: of a checkpoint with a million tensors that is half of all
 * values.
 *
 * <p>It steps over the opcodes up to the first STOP, as the stack machine does, and looks at no
 * value. Of a stream that it cannot step over it says nothing, and then all entries are kept.
 */
final class MemoUse {
  /** Below it nothing is worth looking for. */
  static final long LEAST_BYTES = 1 << 20;

  private static final int WINDOW = 1 << 16;

  /** How many bytes follow an opcode of which little else matters; negative for others. */
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

  /** Which of the first entries are asked for. */
  private final boolean[] small = new boolean[256];

  private MemoUse(ByteCursor bytes) {
    this.bytes = bytes;
    this.end = bytes.remaining();
  }

  /**
   * The indices that GET, BINGET and LONG_BINGET name.
   *
   * @param pickle stands at its first opcode and stays there; other bytes may follow its STOP
   * @return null if the stream is odd
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
        return null; // protocol 0, which nobody writes much of
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
   * Steps over opcodes of which nothing matters but their length, and over those that ask for one
   * of the first entries: nearly all are such.
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

  /** An index beyond what the pickle can have put is one of the odd ones. */
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

  /** Sees to it that the byte at the position is in the window. */
  private void fill() {
    if (position < windowStart || position >= windowEnd) {
      windowStart = position;
      windowEnd = Math.min(end, position + WINDOW);
      bytes.copyAhead(position, window, (int) (windowEnd - windowStart));
    }
  }
}
