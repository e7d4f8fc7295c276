package dev.pt2st.io.spill;

import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An off-heap map from texts to numbers. Only a 64-bit hash of a text is kept, so two texts may be
 * confused. The caller must check what the number refers to.
 */
public final class OffHeapIndex implements AutoCloseable {
  private static final int ENTRY = 2 * Long.BYTES;
  private static final long FIRST_SLOTS = 1 << 10;

  private ScratchMemory memory;
  private long slots;
  private long size;

  public OffHeapIndex() throws IOException {
    slots = FIRST_SLOTS;
    memory = ScratchMemory.in(ScratchFolder.TEMPORARY, slots * ENTRY);
  }

  /** The number of a text; 0 if there is none. */
  public long get(String text) {
    return memory.segment().get(ValueLayout.JAVA_LONG, slot(hash(text)) * ENTRY + Long.BYTES);
  }

  /** Sets the number of a text, which is not 0. */
  public void put(String text, long number) throws IOException {
    if (2 * size >= slots) {
      grow();
    }
    put(hash(text), number);
  }

  private void put(long hash, long number) {
    long at = slot(hash) * ENTRY;
    MemorySegment table = memory.segment();
    if (table.get(ValueLayout.JAVA_LONG, at) == 0) {
      size++;
      table.set(ValueLayout.JAVA_LONG, at, hash);
    }
    table.set(ValueLayout.JAVA_LONG, at + Long.BYTES, number);
  }

  private void grow() throws IOException {
    ScratchMemory old = memory;
    long oldSlots = slots;
    memory = ScratchMemory.in(ScratchFolder.TEMPORARY, 2 * oldSlots * ENTRY);
    slots = 2 * oldSlots;
    size = 0;
    for (long i = 0; i < oldSlots; i++) {
      long hash = old.segment().get(ValueLayout.JAVA_LONG, i * ENTRY);
      if (hash != 0) {
        put(hash, old.segment().get(ValueLayout.JAVA_LONG, i * ENTRY + Long.BYTES));
      }
    }
    old.close();
  }

  /** The slot of a hash, or the slot where it would go. */
  private long slot(long hash) {
    long slot = hash & (slots - 1);
    while (true) {
      long found = memory.segment().get(ValueLayout.JAVA_LONG, slot * ENTRY);
      if (found == 0 || found == hash) {
        return slot;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }

  /** FNV-1a over the characters, mixed once more; never 0, which is an empty slot. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash ^= hash >>> 32;
    hash *= 0x9e3779b97f4a7c15L;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }

  @Override
  public void close() {
    memory.close();
  }
}
