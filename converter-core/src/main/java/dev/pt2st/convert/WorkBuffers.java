package dev.pt2st.convert;

import java.nio.ByteBuffer;

/** The buffers of one thread. */
final class WorkBuffers {
  /** Fits the second-level cache: larger ones were three times slower (bench/RESULTS.md). */
  static final int COPY_BYTES = 256 << 10;

  private final ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
  private ByteBuffer block = ByteBuffer.allocateDirect(0);

  /** The buffer for copies, empty. */
  ByteBuffer copy() {
    return copy.clear();
  }

  /** A buffer of at least this size for a gathered block, empty. */
  ByteBuffer block(long bytes) {
    if (block.capacity() < bytes) {
      block = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return block.clear();
  }
}
