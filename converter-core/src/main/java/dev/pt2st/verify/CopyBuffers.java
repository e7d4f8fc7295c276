package dev.pt2st.verify;

import java.lang.foreign.MemorySegment;

/**
 * Two buffers of one thread. Bytes are copied before they are compared or digested: if a page of a
 * mapped file is gone, a copy throws an error that can be caught, but a comparison or digest of the
 * page itself could crash the JVM.
 */
final class CopyBuffers {
  /** Fits the second-level cache, and holds whole elements of every size, even of three bytes. */
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
