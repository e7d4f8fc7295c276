package dev.pt2st.convert.copy;

import dev.pt2st.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one storage, ready to be read at any place.
 *
 * @param bytes all of its record
 * @param stored where they lie in a file, if they do
 * @param check what adds up the record's CRC-32, or null if it is not checked on the way
 */
record StorageSource(
    MemorySegment bytes, ByteSource.@Nullable Stored stored, @Nullable RecordCheck check) {
  /** Less is copied from the mapping in the time that a call of the system takes. */
  private static final int WORTH_A_CALL = 16 << 10;

  /** Bytes that lie in memory. */
  StorageSource(MemorySegment bytes) {
    this(bytes, null, null);
  }

  /**
   * Fills a buffer.
   *
   * @param from the first byte
   * @throws IOException if the file cannot be read, or has become shorter
   */
  void read(long from, ByteBuffer target) throws IOException {
    int length = target.remaining();
    if (stored != null && length >= WORTH_A_CALL) {
      stored.file().read(target, stored.offset() + from);
    } else {
      MemorySegment.copy(bytes, from, MemorySegment.ofBuffer(target), 0, length);
      target.position(target.limit());
    }
  }
}
