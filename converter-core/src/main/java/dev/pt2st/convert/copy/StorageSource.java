package dev.pt2st.convert.copy;

import dev.pt2st.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one storage, ready to be read at any place.
 *
 * @param memory all of its record, if it lies in no file
 * @param stored where it lies in a file, if it does
 * @param check what adds up the record's CRC-32, or null if it is not checked on the way
 */
record StorageSource(
    @Nullable MemorySegment memory,
    ByteSource.@Nullable Stored stored,
    @Nullable RecordCheck check) {
  /** Less is copied from the mapping in the time that a call of the system takes. */
  private static final int WORTH_A_CALL = 16 << 10;

  StorageSource {
    if ((memory == null) == (stored == null)) {
      throw new IllegalArgumentException("bytes lie in memory or in a file");
    }
  }

  /** Bytes that lie in memory. */
  StorageSource(MemorySegment bytes) {
    this(bytes, null, null);
  }

  /**
   * Bytes that lie in a file.
   *
   * @param check what adds up the record's CRC-32, or null if it is not checked on the way
   */
  StorageSource(ByteSource.Stored stored, @Nullable RecordCheck check) {
    this(null, stored, check);
  }

  /** All bytes of the record. Those of a file are taken when they are asked for. */
  MemorySegment bytes() {
    return stored == null ? Objects.requireNonNull(memory) : stored.segment();
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
      MemorySegment.copy(bytes(), from, MemorySegment.ofBuffer(target), 0, length);
      target.position(target.limit());
    }
  }
}
