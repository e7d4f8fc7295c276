package dev.pt2st.io.spill;

import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for data that may be larger than the heap: native memory if it is small, else a nameless
 * file whose disk space is allocated before it is used.
 */
public final class ScratchMemory implements AutoCloseable {
  private static final long SMALL = 4L << 20;

  private final Arena arena;
  private final MemorySegment segment;

  private ScratchMemory(Arena arena, MemorySegment segment) {
    this.arena = arena;
    this.segment = segment;
  }

  /**
   * Allocates memory that any thread may use.
   *
   * @param folder where the file is made
   * @throws IOException if the disk has no room for it
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is closed with the memory that it is for
  public static ScratchMemory in(ScratchFolder folder, long bytes) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      if (bytes <= SMALL) {
        return new ScratchMemory(arena, arena.allocate(bytes, Long.BYTES));
      }
      try (ScratchFile file = folder.create()) {
        return new ScratchMemory(arena, file.zeros(bytes, arena));
      }
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** The memory, all zeros at first. */
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
