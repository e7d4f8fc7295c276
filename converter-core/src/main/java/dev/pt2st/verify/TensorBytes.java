package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of a tensor in a safetensors file: its elements in row-major order, little-endian.
 * Thread-safe: any thread may read any part.
 */
interface TensorBytes {

  /** The number of bytes. */
  long size();

  /**
   * Reads or computes a part of the bytes.
   *
   * @param position of the first byte, at the start of an element
   * @param target receives them; its size is a whole number of elements
   * @throws CheckpointException if the data that they are computed from contradict each other
   * @throws IOException if there is no room for intermediate data
   */
  void read(long position, MemorySegment target) throws CheckpointException, IOException;

  /** Bytes that are stored as they are. */
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
