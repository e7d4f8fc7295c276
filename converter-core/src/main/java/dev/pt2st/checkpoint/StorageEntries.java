package dev.pt2st.checkpoint;

import dev.pt2st.io.ByteSource;
import dev.pt2st.tensor.view.Storage;
import java.util.Arrays;
import java.util.Collection;

/**
 * The entries of an archive that are tensor data. They are identified by the offset of their bytes
 * in the file, which is faster than by identity for a million storages.
 */
public final class StorageEntries {
  /** For no checkpoint, or one without storages. */
  public static final StorageEntries NONE = new StorageEntries(new long[0]);

  private static final long NOT_IN_THE_FILE = -1;

  private final long[] offsets;

  private StorageEntries(long[] offsets) {
    this.offsets = offsets;
  }

  static StorageEntries of(Collection<Storage> storages) {
    long[] offsets = new long[storages.size()];
    int count = 0;
    for (Storage storage : storages) {
      ByteSource source = storage.source();
      long offset = source == null ? NOT_IN_THE_FILE : offset(source);
      if (offset != NOT_IN_THE_FILE) {
        offsets[count++] = offset;
      }
    }
    long[] sorted = Arrays.copyOf(offsets, count);
    Arrays.sort(sorted);
    return new StorageEntries(sorted);
  }

  private static long offset(ByteSource source) {
    return switch (source) {
      case ByteSource.Stored stored -> stored.offset();
      case ByteSource.Deflated deflated -> deflated.offset();
      case ByteSource.InMemory memory -> NOT_IN_THE_FILE;
      case ByteSource.Produced produced -> NOT_IN_THE_FILE;
    };
  }

  public boolean isEmpty() {
    return offsets.length == 0;
  }

  /**
   * Whether the bytes of an entry are those of a storage. No two entries begin at the same byte.
   */
  public boolean contains(ByteSource entry) {
    return Arrays.binarySearch(offsets, offset(entry)) >= 0;
  }
}
