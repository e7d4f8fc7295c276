package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a checkpoint's storages with random access. Those that can only be read
 * sequentially, such as compressed records, are unpacked into a nameless scratch file.
 */
final class StorageBytes implements AutoCloseable {
  private final Place place;
  private final ScratchFolder folder;
  private final IdentityHashMap<ByteSource, MemorySegment> bytes = new IdentityHashMap<>();
  private final boolean checkCrc;
  private final List<DenseBytes> others = new ArrayList<>();
  private @Nullable MappedFile scratch;

  private StorageBytes(Place place, ScratchFolder folder, boolean checkCrc) {
    this.place = place;
    this.folder = folder;
    this.checkCrc = checkCrc;
  }

  /**
   * Finds the bytes of storages.
   *
   * @param storages each with a source; duplicates are allowed
   * @param folder where sequential ones are unpacked
   * @param place the checkpoint, for messages
   * @throws MalformedException if a compressed record is damaged
   * @throws IOException if there is no room to decompress
   */
  static StorageBytes of(
      Collection<Storage> storages,
      Limits limits,
      boolean checkCrc,
      ScratchFolder folder,
      Place place)
      throws CheckpointException, IOException {
    StorageBytes found = new StorageBytes(place, folder, checkCrc);
    try {
      List<ByteSource> packed = new ArrayList<>();
      ByteSource.willReadAll(
          storages.stream().map(Storage::source).filter(Objects::nonNull).toList(), null, 0);
      for (Storage storage : storages) {
        switch (storage.source()) {
          case ByteSource.Stored stored -> found.bytes.put(stored, stored.segment());
          case ByteSource.InMemory memory -> found.bytes.put(memory, memory.segment());
          case ByteSource.Deflated deflated -> packed.add(deflated);
          case ByteSource.Produced produced -> packed.add(produced);
          case null -> throw new IllegalArgumentException(storage.whyMissing());
        }
      }
      if (!packed.isEmpty()) {
        found.unpack(packed, limits);
      }
      return found;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      found.close();
      throw e;
    }
  }

  private void unpack(List<ByteSource> packed, Limits limits)
      throws CheckpointException, IOException {
    ScratchFile file = folder.create();
    try {
      IdentityHashMap<ByteSource, Long> starts = new IdentityHashMap<>();
      for (ByteSource source : packed) {
        if (starts.putIfAbsent(source, file.size()) == null) {
          unpack(source, limits, file);
        }
      }
      MappedFile mapped = file.map();
      scratch = mapped;
      starts.forEach((source, start) -> bytes.put(source, mapped.bytes(start, source.size())));
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private void unpack(ByteSource source, Limits limits, ScratchFile file)
      throws CheckpointException, IOException {
    Place entry = place.inEntry(source.name());
    try {
      switch (source) {
        case ByteSource.Deflated deflated -> {
          RecordBytes.checkRatio(deflated, limits, entry);
          RecordBytes.inflate(deflated, entry, checkCrc, file::append);
        }
        case ByteSource.Produced produced -> produced.producer().writeTo(file::append);
        default -> throw new IllegalArgumentException("not packed: " + source.name());
      }
    } catch (IOException e) {
      throw folder.explain(e, place.file(), file.size());
    }
  }

  /** All bytes of a storage's record. The storage may be only the first part of it. */
  MemorySegment get(Storage storage) {
    MemorySegment found = bytes.get(storage.source());
    if (found == null && storage.source() instanceof ByteSource.Stored stored) {
      // There may be a million such pieces, so nothing is cached for them.
      return stored.segment();
    }
    if (found == null) {
      throw new IllegalArgumentException("another checkpoint's storage: " + storage.key());
    }
    return found;
  }

  /** The folder for scratch files that do not fit the heap. */
  ScratchFolder folder() {
    return folder;
  }

  /** The checkpoint, for messages. */
  Place place() {
    return place;
  }

  /** Registers the memory of a tensor to be closed with this. */
  DenseBytes closing(DenseBytes opened) {
    others.add(opened);
    return opened;
  }

  /** Whether the CRC-32 of a record that has one must be right. */
  boolean comparesCrc() {
    return checkCrc;
  }

  /** The records of some views whose CRC-32 is still to be compared. */
  List<ByteSource.Stored> unchecked(List<TensorView> views) {
    List<ByteSource.Stored> records = new ArrayList<>(views.size());
    for (TensorView view : views) {
      if (checkCrc
          && view.storage().source() instanceof ByteSource.Stored record
          && record.crc32().isPresent()) {
        records.add(record);
      }
    }
    return records;
  }

  @Override
  public void close() throws IOException {
    for (DenseBytes other : others) {
      other.close();
    }
    if (scratch != null) {
      scratch.close();
    }
  }
}
