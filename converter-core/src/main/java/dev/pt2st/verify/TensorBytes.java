package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The bytes that a tensor has in a safetensors file: its elements in row-major order, each
 * little-endian. Any thread may read any part of them.
 */
interface TensorBytes {

  /** How many there are. */
  long size();

  /**
   * Works out some of them.
   *
   * @param position of the first, where an element begins
   * @param target takes them; as long as whole elements are
   * @throws CheckpointException if what they are worked out from contradicts itself
   * @throws IOException if there is no room for what must be worked out before
   */
  void read(long position, MemorySegment target) throws CheckpointException, IOException;

  /** Bytes that lie somewhere as they are. */
  record Plain(MemorySegment bytes) implements TensorBytes {
    @Override
    public long size() {
      return bytes.byteSize();
    }

    @Override
    public void read(long position, MemorySegment target) {
      MemorySegment.copy(bytes, position, target, 0, target.byteSize());
    }
  }
}
