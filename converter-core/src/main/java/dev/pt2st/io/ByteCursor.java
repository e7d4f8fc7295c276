package dev.pt2st.io;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A bounded little-endian cursor. Every read is checked against the end before it happens, so a
 * length that lies ends in a {@link MalformedException} with the byte where it stands.
 */
public final class ByteCursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment bytes;
  private final Place place;
  private final long base;
  private final long end;
  private long position;
  private long bound;

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
    this.bytes = bytes;
    this.place = place;
    this.base = base;
    this.end = bytes.byteSize();
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

  /** How many bytes are left before the bound. */
  public long remaining() {
    return bound - position;
  }

  /** Whether only a part of the segment may be read at present. */
  public boolean isBounded() {
    return bound != end;
  }

  /** Narrows what may be read to the next {@code length} bytes. */
  public void boundTo(long length) throws MalformedException {
    require(length);
    bound = position + length;
  }

  /** Takes back {@link #boundTo}. */
  public void unbound() {
    bound = end;
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
              + " are left");
    }
  }

  public int u8() throws MalformedException {
    require(1);
    return bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  public int u16() throws MalformedException {
    require(2);
    int value = bytes.get(SHORT, position) & 0xffff;
    position += 2;
    return value;
  }

  public int i32() throws MalformedException {
    require(4);
    int value = bytes.get(INT, position);
    position += 4;
    return value;
  }

  public long u32() throws MalformedException {
    return i32() & 0xffff_ffffL;
  }

  public long i64() throws MalformedException {
    require(8);
    long value = bytes.get(LONG, position);
    position += 8;
    return value;
  }

  /** The next bytes, not copied. A length is taken as unsigned. */
  public MemorySegment slice(long length) throws MalformedException {
    require(length);
    MemorySegment slice = bytes.asSlice(position, length);
    position += length;
    return slice;
  }

  /** The next bytes, copied to the heap: only for what is known to be small or charged for. */
  public byte[] array(long length) throws MalformedException {
    require(length);
    if (length > Integer.MAX_VALUE - 16) {
      throw malformed(length + " bytes are too many for a value held in memory");
    }
    byte[] array = new byte[(int) length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, array, 0, array.length);
    position += length;
    return array;
  }

  /** The bytes up to the next line feed, which is read and not returned. */
  public MemorySegment line() throws MalformedException {
    for (long at = position; at < bound; at++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, at) == '\n') {
        MemorySegment line = bytes.asSlice(position, at - position);
        position = at + 1;
        return line;
      }
    }
    throw malformed("a line has no end");
  }

  /** A complaint about the bytes at the cursor. */
  public MalformedException malformed(String problem) {
    return new MalformedException(place(), problem);
  }
}
