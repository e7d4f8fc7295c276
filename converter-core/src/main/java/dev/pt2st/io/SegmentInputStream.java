package dev.pt2st.io;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The bytes of a segment as a stream, for decompressors that need a stream. */
public final class SegmentInputStream extends InputStream {
  private final FileBytes bytes;
  private final long size;
  private long position;

  public SegmentInputStream(MemorySegment bytes) {
    this(FileBytes.of(bytes));
  }

  /** A stream of bytes that are fetched on demand. */
  SegmentInputStream(FileBytes bytes) {
    this.bytes = bytes;
    this.size = bytes.size();
  }

  /** How many bytes have been read or skipped. */
  public long position() {
    return position;
  }

  @Override
  public int read() {
    return position == size
        ? -1
        : bytes.with(position, 1).get(ValueLayout.JAVA_BYTE, position++) & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    int count = (int) Math.min(length, size - position);
    if (count == 0) {
      return length == 0 ? 0 : -1;
    }
    MemorySegment.copy(
        bytes.with(position, count), ValueLayout.JAVA_BYTE, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, size - position);
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, size - position);
  }
}
