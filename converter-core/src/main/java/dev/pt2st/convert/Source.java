package dev.pt2st.convert;

import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.tensor.Storage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one storage, ready to be read at any place.
 *
 * @param bytes all of its record
 * @param file where they lie, or null if only in memory
 * @param offset of the first byte in the file
 * @param check what adds up the record's CRC-32, or null if it is not checked on the way
 */
record Source(
    MemorySegment bytes, @Nullable MappedFile file, long offset, @Nullable RecordCheck check) {

  /** Shorter pieces are read through the mapping: a system call costs more than a page fault. */
  private static final int LONG_READ = 1 << 16;

  /**
   * The CRC-32 of a record while it is read.
   *
   * @param source the record
   * @param storage one that it holds
   */
  record RecordCheck(ByteSource source, Storage storage, Crc32Sum sum) {}

  /** Puts bytes into a buffer at its position. */
  void read(long from, int length, ByteBuffer target) throws IOException {
    if (file != null && length >= LONG_READ) {
      int limit = target.limit();
      target.limit(target.position() + length);
      file.read(target, offset + from);
      target.limit(limit);
    } else {
      MemorySegment.copy(
          bytes, from, MemorySegment.ofBuffer(target.slice(target.position(), length)), 0, length);
      target.position(target.position() + length);
    }
  }
}
