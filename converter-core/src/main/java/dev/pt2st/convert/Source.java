package dev.pt2st.convert;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.Storage;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one storage, ready to be read at any place.
 *
 * @param bytes all of its record
 * @param check what adds up the record's CRC-32, or null if it is not checked on the way
 */
record Source(MemorySegment bytes, @Nullable RecordCheck check) {

  /**
   * The CRC-32 of a record while it is read.
   *
   * @param source the record
   * @param storage one that it holds
   */
  record RecordCheck(ByteSource source, Storage storage, Crc32Sum sum) {}
}
