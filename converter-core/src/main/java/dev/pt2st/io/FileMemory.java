package dev.pt2st.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The native memory that belongs to one open file. The arena is made when it is first needed, since
 * closing a shared arena briefly stops all threads.
 */
final class FileMemory implements AutoCloseable {
  private @Nullable Arena arena;
  private boolean closed;

  /** Memory over an arena, which may be null until one is needed. */
  FileMemory(@Nullable Arena arena) {
    this.arena = arena;
  }

  /**
   * Zeroed memory, aligned for any element, valid until this is closed.
   *
   * @throws IllegalStateException if it is closed, since the memory would never be freed
   */
  @SuppressWarnings("MustBeClosedChecker") // closed with this
  synchronized MemorySegment allocate(long bytes) {
    if (closed) {
      throw new IllegalStateException("the file is closed");
    }
    Arena there = arena == null ? Arena.ofShared() : arena;
    arena = there;
    return there.allocate(bytes, Long.BYTES);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
