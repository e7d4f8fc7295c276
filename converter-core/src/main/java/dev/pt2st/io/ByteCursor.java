package dev.pt2st.io;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bounded little-endian cursor. Every read is checked against the end before it happens, so a
 * wrong length leads to a {@link MalformedException} with its byte offset.
 */
public final class ByteCursor {
  /** Bytes copied at once while reading is sequential. */
  private static final int WINDOW = 1 << 14;

  /** Bytes copied at once after a jump: enough for a header or two. */
  static final int FIRST_WINDOW = 256;

  private final FileBytes bytes;
  private final Place place;
  private final long base;
  private final long end;
  private long position;
  private long bound;
  private boolean bounded;

  // Reads go through a small copy on the heap. Access to a segment is fast only after JIT
  // compilation, and most files are read before that.
  private byte[] window = new byte[FIRST_WINDOW];
  private long windowStart;
  private long windowEnd;

  /** A cursor over a whole segment. */
  public ByteCursor(MemorySegment bytes, Place place) {
    this(bytes, place, 0);
  }

  /**
   * A cursor over a segment that begins at an offset of {@code place}.
   *
   * @param base the offset that is added to positions in messages
   */
  public ByteCursor(MemorySegment bytes, Place place, long base) {
    this(FileBytes.of(bytes), place, base);
  }

  /** A cursor over bytes that are fetched on demand. */
  ByteCursor(FileBytes bytes, Place place, long base) {
    this.bytes = bytes;
    this.place = place;
    this.base = base;
    this.end = bytes.size();
    this.bound = end;
  }

  /** The offset of the next byte, from the start of the segment. */
  public long position() {
    return position;
  }

  /** Moves within the segment. */
  public void position(long newPosition) throws MalformedException {
    if (newPosition < 0 || newPosition > end) {
      throw malformed("a position of " + newPosition + " lies outside of the " + end + " bytes");
    }
    position = newPosition;
  }

  /**
   * Copies bytes before the bound without moving the cursor.
   *
   * @param ahead how many bytes there are between the cursor and the first of them
   * @param target the array to copy to, from its first element on
   * @throws IndexOutOfBoundsException if there are fewer bytes
   */
  public void copyAhead(long ahead, byte[] target, int length) {
    Objects.checkFromIndexSize(ahead, length, bound - position);
    copy(position + ahead, target, length);
  }

  private void copy(long from, byte[] target, int length) {
    MemorySegment.copy(bytes.with(from, length), ValueLayout.JAVA_BYTE, from, target, 0, length);
  }

  /** How many bytes are left before the bound. */
  public long remaining() {
    return bound - position;
  }

  /** Whether a bound is set, even if it is at the end of the segment. */
  public boolean isBounded() {
    return bounded;
  }

  /** Restricts reading to the next {@code length} bytes. */
  public void boundTo(long length) throws MalformedException {
    require(length);
    bound = position + length;
    bounded = true;
  }

  /** Removes the bound of {@link #boundTo}. */
  public void unbound() {
    bound = end;
    bounded = false;
  }

  /** The cursor's position as an offset in {@link #place()}. */
  public long offset() {
    return base + position;
  }

  /** The place of the cursor, for messages. */
  public Place place() {
    return place.at(base + position);
  }

  /** Checks that {@code length} more bytes are left. */
  public void require(long length) throws MalformedException {
    if (length < 0 || length > bound - position) {
      throw malformed(
          "it needs "
              + (length < 0 ? Long.toUnsignedString(length) : length)
              + " more bytes where "
              + (bound - position)
              + (isBounded() ? " are left of its frame" : " are left"));
    }
  }

  public int u8() throws MalformedException {
    require(1);
    int at = window(1);
    position++;
    return window[at] & 0xff;
  }

  public int u16() throws MalformedException {
    require(2);
    int at = window(2);
    position += 2;
    return (window[at] & 0xff) | (window[at + 1] & 0xff) << 8;
  }

  public int i32() throws MalformedException {
    require(4);
    int at = window(4);
    position += 4;
    return (window[at] & 0xff)
        | (window[at + 1] & 0xff) << 8
        | (window[at + 2] & 0xff) << 16
        | (window[at + 3] & 0xff) << 24;
  }

  public long u32() throws MalformedException {
    return i32() & 0xffff_ffffL;
  }

  public long i64() throws MalformedException {
    require(8);
    long low = i32() & 0xffff_ffffL;
    return low | (long) i32() << 32;
  }

  /** Loads a few bytes at the position into the window; returns their index there. */
  private int window(int length) {
    if (position < windowStart || position + length > windowEnd) {
      // The window doubles while reading is sequential and is small again after a jump.
      boolean straightOn = position >= windowStart && position <= windowEnd;
      int wanted = straightOn ? Math.min(WINDOW, window.length * 2) : FIRST_WINDOW;
      if (window.length < wanted) {
        window = new byte[wanted];
      }
      int count = (int) Math.min(wanted, end - position);
      copy(position, window, count);
      windowStart = position;
      windowEnd = position + count;
    }
    return (int) (position - windowStart);
  }

  /** The next bytes, not copied. The length is unsigned. */
  public MemorySegment slice(long length) throws MalformedException {
    require(length);
    MemorySegment slice = bytes.slice(position, length);
    position += length;
    return slice;
  }

  /** Skips the next bytes. The length is unsigned. */
  public void skip(long length) throws MalformedException {
    require(length);
    position += length;
  }

  /**
   * The next bytes, copied to the heap. Only for lengths that are known to be small or are charged.
   */
  public byte[] array(long length) throws MalformedException {
    require(length);
    if (length > Integer.MAX_VALUE - 16) {
      throw malformed(length + " bytes are too many for a value held in memory");
    }
    byte[] array = new byte[(int) length];
    if (length <= FIRST_WINDOW && length > 0) {
      // In two steps: the call may replace the window.
      int at = window(array.length);
      System.arraycopy(window, at, array, 0, array.length);
    } else {
      copy(position, array, array.length);
    }
    position += length;
    return array;
  }

  /**
   * Copies the next bytes into an array that has room for them.
   *
   * @param at the index of the first one in the array
   */
  public void array(byte[] target, int at, int length) throws MalformedException {
    require(length);
    if (length > FIRST_WINDOW) {
      long from = position;
      MemorySegment.copy(bytes.with(from, length), ValueLayout.JAVA_BYTE, from, target, at, length);
    } else if (length > 0) {
      // In two steps: the call may replace the window.
      int from = window(length);
      System.arraycopy(window, from, target, at, length);
    }
    position += length;
  }

  /**
   * Whether the next bytes equal those of an array. If so, skips them; else the cursor does not
   * move.
   *
   * @param from where the first of them is in the array
   */
  public boolean skipIf(byte[] expected, int from, int length) throws MalformedException {
    require(length);
    boolean same;
    if (length > FIRST_WINDOW) {
      byte[] next = new byte[length];
      copy(position, next, length);
      same = Arrays.equals(next, 0, length, expected, from, from + length);
    } else {
      int at = length == 0 ? 0 : window(length);
      same = Arrays.equals(window, at, at + length, expected, from, from + length);
    }
    position += same ? length : 0;
    return same;
  }

  /** A copy of the next bytes, at most {@code most} of them; the cursor does not move. */
  public byte[] start(int most) {
    return bytes.slice(position, Math.min(most, remaining())).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * The next bytes as text, if they are few; otherwise the cursor does not move.
   *
   * @return null if they are many or not UTF-8
   */
  public @Nullable String shortText(long length) throws MalformedException {
    require(length);
    if (length > FIRST_WINDOW) {
      return null;
    }
    int at = window((int) length);
    String text = new String(window, at, (int) length, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') >= 0) {
      return null;
    }
    position += length;
    return text;
  }

  /** How many bytes there are before the next line feed. */
  public long lineLength() throws MalformedException {
    long length = lineLengthIfAny();
    if (length < 0) {
      throw malformed(isBounded() ? "a line has no end in its frame" : "a line has no end");
    }
    return length;
  }

  /** How many bytes there are before the next line feed; negative if there is none. */
  public long lineLengthIfAny() {
    long start = position;
    try {
      while (position < bound) {
        int at = window(1);
        if (window[at] == '\n') {
          return position - start;
        }
        position++;
      }
      return -1;
    } finally {
      position = start;
    }
  }

  /** An exception about the bytes at the cursor. */
  public MalformedException malformed(String problem) {
    return new MalformedException(place(), problem);
  }
}
