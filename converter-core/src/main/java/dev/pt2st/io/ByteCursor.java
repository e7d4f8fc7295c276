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
 * length that lies ends in a {@link MalformedException} with the byte where it stands.
 */
public final class ByteCursor {
  /** Bytes looked at together where reading goes straight on. */
  private static final int WINDOW = 1 << 14;

  /** Bytes looked at where reading has just jumped: a header or two. */
  static final int FIRST_WINDOW = 256;

  private final FileBytes bytes;
  private final Place place;
  private final long base;
  private final long end;
  private long position;
  private long bound;
  private boolean bounded;

  // Reads go through a small copy on the heap: access to a segment is fast only once compiled, and
  // most files are read before that.
  private byte[] window = new byte[FIRST_WINDOW];
  private long windowStart;
  private long windowEnd;

  /** Over a whole segment. */
  public ByteCursor(MemorySegment bytes, Place place) {
    this(bytes, place, 0);
  }

  /**
   * Over a segment that begins at a byte of what {@code place} names.
   *
   * @param base what is added to positions in messages
   */
  public ByteCursor(MemorySegment bytes, Place place, long base) {
    this(FileBytes.of(bytes), place, base);
  }

  /** Over bytes that are fetched as it goes. */
  ByteCursor(FileBytes bytes, Place place, long base) {
    this.bytes = bytes;
    this.place = place;
    this.base = base;
    this.end = bytes.size();
    this.bound = end;
  }

  /** The next byte to be read, counted from the segment's start. */
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
   * Copies bytes that are left before the bound; the cursor stays where it is.
   *
   * @param ahead how many bytes there are between the cursor and the first of them
   * @param target takes them, from its first element on
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

  /** Whether there is a bound at present, be it at the end of the segment. */
  public boolean isBounded() {
    return bounded;
  }

  /** Narrows what may be read to the next {@code length} bytes. */
  public void boundTo(long length) throws MalformedException {
    require(length);
    bound = position + length;
    bounded = true;
  }

  /** Takes back {@link #boundTo}. */
  public void unbound() {
    bound = end;
    bounded = false;
  }

  /** The offset that messages give for the cursor's position. */
  public long offset() {
    return base + position;
  }

  /** Where the cursor stands, for messages. */
  public Place place() {
    return place.at(base + position);
  }

  /** Checks that {@code length} more bytes are there. */
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

  /**
   * Sees to it that so few bytes at the position are in the window; gives where they begin there.
   */
  private int window(int length) {
    if (position < windowStart || position + length > windowEnd) {
      // Twice as much each time while reading goes straight on, little again after a jump.
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

  /** The next bytes, not copied. A length is taken as unsigned. */
  public MemorySegment slice(long length) throws MalformedException {
    require(length);
    MemorySegment slice = bytes.slice(position, length);
    position += length;
    return slice;
  }

  /** Moves behind the next bytes, which are not looked at. A length is taken as unsigned. */
  public void skip(long length) throws MalformedException {
    require(length);
    position += length;
  }

  /** The next bytes, copied to the heap: only for what is known to be small or charged for. */
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
   * @param at where the first one comes
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
   * Whether the next bytes are those of an array; moves behind them if they are, and else stays.
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

  /** A copy of the next bytes, as many as there are up to so many; the position stays. */
  public byte[] start(int most) {
    return bytes.slice(position, Math.min(most, remaining())).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * The next bytes as text, where they are few; the cursor stays where it is if it gives none.
   *
   * @return null if they are many or no UTF-8
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

  /** A complaint about the bytes at the cursor. */
  public MalformedException malformed(String problem) {
    return new MalformedException(place(), problem);
  }
}
