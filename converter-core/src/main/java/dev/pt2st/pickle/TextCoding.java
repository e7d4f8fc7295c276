package dev.pt2st.pickle;

import dev.pt2st.io.RecordBytes.Sink;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a stream writes bytes as text, each character below U+0100 for one byte.
 * Protocols 0 to 2 have no other form. The text is decoded piece by piece, since the bytes may be a
 * large array.
 */
enum TextCoding {
  /** UTF-8: BINUNICODE and its kin. */
  UTF8 {
    @Override
    boolean step(Run run) throws IOException {
      int first = run.next();
      if (first < 0x80) {
        run.put(first);
        return true;
      }
      // Two bytes for characters from U+0080 to U+00FF; other characters represent no byte.
      int second = run.next();
      run.put((first & 3) << 6 | (second & 0x3f));
      return (first & 0xfe) == 0xc2 && (second & 0xc0) == 0x80;
    }
  },

  /** Latin-1 with {@code \\u00e9} and {@code \\U000000e9} (raw-unicode-escape): UNICODE. */
  UNICODE_ESCAPES {
    @Override
    boolean step(Run run) throws IOException {
      int c = run.next();
      if (c != '\\' || (run.peek() != 'u' && run.peek() != 'U')) {
        run.put(c);
        // A backslash forms a pair with the next character, whatever that is.
        if (c == '\\' && run.peek() >= 0) {
          run.put(run.next());
        }
        return true;
      }
      int digits = run.next() == 'u' ? 4 : 8;
      int value = 0;
      for (int i = 0; i < digits; i++) {
        int digit = Character.digit(run.next(), 16);
        if (digit < 0 || value > 0xfff_ffff) {
          return false;
        }
        value = value << 4 | digit;
      }
      run.put(value);
      return value >= 0 && value < 0x100;
    }
  },

  /** The text between the quotes of a Python 2 literal: STRING ({@code PyBytes_DecodeEscape}). */
  STRING_ESCAPES {
    @Override
    boolean step(Run run) throws IOException {
      int c = run.next();
      if (c != '\\') {
        run.put(c);
        return true;
      }
      int escape = run.next();
      switch (escape) {
        case -1 -> {
          return false;
        }
        case '\n' -> {}
        case '\\', '\'', '"' -> run.put(escape);
        case 'a' -> run.put(7);
        case 'b' -> run.put('\b');
        case 'f' -> run.put('\f');
        case 'n' -> run.put('\n');
        case 'r' -> run.put('\r');
        case 't' -> run.put('\t');
        case 'v' -> run.put(11);
        case 'x' -> {
          int high = Character.digit(run.next(), 16);
          int low = Character.digit(run.next(), 16);
          run.put(high << 4 | low);
          return high >= 0 && low >= 0;
        }
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int value = escape - '0';
          for (int i = 0; i < 2 && run.peek() >= '0' && run.peek() <= '7'; i++) {
            value = value << 3 | (run.next() - '0');
          }
          run.put(value & 0xff);
        }
        default -> {
          run.put('\\');
          run.put(escape);
        }
      }
      return true;
    }
  };

  private static final int PIECE = 1 << 16;

  /**
   * Decodes a character or an escape.
   *
   * @return false if it is invalid, or represents no byte
   */
  abstract boolean step(Run run) throws IOException;

  /**
   * Decodes all of a text.
   *
   * @param sink takes the bytes, piece by piece; null if they are only counted
   * @return the number of bytes, or -1 if the text does not represent bytes in this coding
   */
  long decode(MemorySegment text, @Nullable Sink sink) throws IOException {
    Run run = new Run(text, sink);
    while (run.peek() >= 0) {
      if (!step(run)) {
        return -1;
      }
    }
    return run.finish();
  }

  /** The number of bytes, or -1 if the text does not represent bytes. */
  long size(MemorySegment text) {
    try {
      return decode(text, null);
    } catch (IOException e) {
      throw new IllegalStateException("counting does not fail", e);
    }
  }

  /** The state of one decoding: text is read and bytes are written piece by piece. */
  static final class Run {
    private final MemorySegment text;
    private final @Nullable Sink sink;
    private final byte[] in;
    private final byte[] out;
    private long read;
    private int at;
    private int end;
    private int filled;
    private long written;

    Run(MemorySegment text, @Nullable Sink sink) {
      this.text = text;
      this.sink = sink;
      int length = (int) Math.min(PIECE, text.byteSize());
      this.in = new byte[length];
      this.out = new byte[sink == null ? 0 : length];
    }

    /** The next byte of the text, without consuming it; -1 at the end. */
    int peek() {
      if (at == end) {
        int count = (int) Math.min(in.length, text.byteSize() - read);
        MemorySegment.copy(text, ValueLayout.JAVA_BYTE, read, in, 0, count);
        read += count;
        at = 0;
        end = count;
      }
      return at == end ? -1 : in[at] & 0xff;
    }

    int next() {
      int c = peek();
      at = Math.min(at + 1, end);
      return c;
    }

    void put(int c) throws IOException {
      if (sink == null) {
        written++;
        return;
      }
      if (filled == out.length) {
        flush(sink);
      }
      out[filled++] = (byte) c;
    }

    private void flush(Sink target) throws IOException {
      target.accept(ByteBuffer.wrap(out, 0, filled));
      written += filled;
      filled = 0;
    }

    long finish() throws IOException {
      if (sink != null) {
        flush(sink);
      }
      return written;
    }
  }
}
