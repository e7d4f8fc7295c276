package dev.pt2st.convert.copy.record;

import dev.pt2st.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one storage, with random access.
 *
 * @param memory its whole record, if that is in memory
 * @param stored its record in a file, if it is in one
 * @param check combines the record's CRC-32; null if it is not checked during the copy
 */
public record StorageSource(
    @Nullable MemorySegment memory,
    ByteSource.@Nullable Stored stored,
    @Nullable RecordCheck check) {
  /** Copying fewer bytes from the mapping is faster than a system call. */
  private static final int WORTH_A_CALL = 16 << 10;

  public StorageSource {
    if ((memory == null) == (stored == null)) {
      throw new IllegalArgumentException("bytes lie in memory or in a file");
    }
  }

  /** Bytes in memory. */
  public StorageSource(MemorySegment bytes) {
    this(bytes, null, null);
  }

  /**
   * Bytes in a file.
   *
   * @param check combines the record's CRC-32; null if it is not checked during the copy
   */
  public StorageSource(ByteSource.Stored stored, @Nullable RecordCheck check) {
    this(null, stored, check);
  }

  /** All bytes of the record. Those of a file are a slice of its mapping. */
  public MemorySegment bytes() {
    return stored == null ? Objects.requireNonNull(memory) : stored.segment();
  }

  /**
   * Fills a buffer.
   *
   * @param from the first byte
   * @throws IOException if the file cannot be read, or has become shorter
   */
  public void read(long from, ByteBuffer target) throws IOException {
    int length = target.remaining();
    if (stored != null && length >= WORTH_A_CALL) {
      stored.file().read(target, stored.offset() + from);
    } else {
      MemorySegment.copy(bytes(), from, MemorySegment.ofBuffer(target), 0, length);
      target.position(target.limit());
    }
  }
}
