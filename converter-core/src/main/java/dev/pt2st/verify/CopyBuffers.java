package dev.pt2st.verify;

import java.lang.foreign.MemorySegment;

/**
 * Two buffers of one thread. Bytes are looked at in copies: the JVM reports a page of a mapped file
 * that is no longer there to a copy, but what compares or sums up the pages themselves would end
 * it.
 */
final class CopyBuffers {
  /** Fits the second-level cache, and is whole elements of every size: also of three bytes. */
  static final int SIZE = 3 << 16;

  private final byte[] firstArray = new byte[SIZE];
  private final MemorySegment first = MemorySegment.ofArray(firstArray);
  private final MemorySegment second = MemorySegment.ofArray(new byte[SIZE]);

  byte[] firstArray() {
    return firstArray;
  }

  /** The bytes of {@link #firstArray}. */
  MemorySegment first() {
    return first;
  }

  MemorySegment second() {
    return second;
  }
}
