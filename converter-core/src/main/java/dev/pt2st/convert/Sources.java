package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.convert.Plan.PlannedTensor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.ScratchMemory;
import dev.pt2st.tensor.Storage;
import dev.pt2st.tensor.TensorView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of every storage that a plan reads. Compressed records, and bytes that a pickle writes
 * as text, are unpacked first, all into one nameless scratch file beside the output: a tensor may
 * ask for their bytes in any order.
 */
final class Sources implements AutoCloseable {
  private final IdentityHashMap<Storage, Source> sources;
  private final List<Source.RecordCheck> checks = new ArrayList<>();
  private final Path target;
  private final List<ScratchMemory> memories = new ArrayList<>();
  private @Nullable MappedFile scratch;

  private Sources(int size, Path target) {
    this.sources = new IdentityHashMap<>(size);
    this.target = target;
  }

  /**
   * Opens the sources of a plan.
   *
   * @param input names the checkpoint in messages
   * @param target beside which a scratch file may be made
   */
  static Sources open(Plan plan, Path input, Path target, ConvertOptions options)
      throws CheckpointException, IOException {
    List<Storage> storages = storagesOf(plan);
    Sources opened = new Sources(storages.size(), target);
    try {
      opened.inflate(storages, input, options);
      opened.locate(storages, options.checkCrc());
      return opened;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** In the order of the output; one that several tensors share comes as often. */
  private static List<Storage> storagesOf(Plan plan) {
    List<Storage> storages = new ArrayList<>(plan.tensors().size());
    for (PlannedTensor tensor : plan.tensors()) {
      for (TensorView view : tensor.data().views()) {
        storages.add(view.storage());
      }
    }
    return storages;
  }

  /** The bytes of a storage that the plan reads. */
  Source of(Storage storage) {
    Source source = sources.get(storage);
    if (source == null) {
      throw new IllegalArgumentException("not in the plan: " + storage.key());
    }
    return source;
  }

  /**
   * Memory beside the output, which ends with these sources if it is not closed before.
   *
   * @throws IOException if the disk has no room for it
   */
  synchronized ScratchMemory scratch(long bytes) throws IOException {
    ScratchMemory memory = ScratchMemory.in(ScratchFolder.beside(target), bytes);
    memories.add(memory);
    return memory;
  }

  /** The records whose CRC-32 is still to be compared when all is read. */
  List<Source.RecordCheck> checks() {
    return checks;
  }

  private void inflate(List<Storage> storages, Path input, ConvertOptions options)
      throws CheckpointException, IOException {
    IdentityHashMap<ByteSource, Long> positions = new IdentityHashMap<>();
    ScratchFile file = null;
    try {
      for (Storage storage : storages) {
        if (storage.source() instanceof ByteSource.Deflated deflated
            && !positions.containsKey(deflated)) {
          Place place = Place.of(input).inEntry(deflated.name());
          RecordBytes.checkRatio(deflated, options.limits(), place);
          file = file == null ? ScratchFile.beside(target) : file;
          positions.put(deflated, file.size());
          RecordBytes.inflate(deflated, place, options.checkCrc(), file::append);
        } else if (storage.source() instanceof ByteSource.Produced produced
            && !positions.containsKey(produced)) {
          file = file == null ? ScratchFile.beside(target) : file;
          positions.put(produced, file.size());
          produced.producer().writeTo(file::append);
        }
      }
      if (file == null) {
        return;
      }
      MappedFile mapped = file.map();
      scratch = mapped;
      for (Storage storage : storages) {
        Long position = positions.get(storage.source());
        if (position != null) {
          long size = Objects.requireNonNull(storage.source()).size();
          sources.put(storage, new Source(mapped.segment().asSlice(position, size)));
        }
      }
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      if (file != null) {
        file.close();
      }
      throw e;
    }
  }

  private void locate(List<Storage> storages, boolean checkCrc) {
    IdentityHashMap<ByteSource, Source> byRecord = new IdentityHashMap<>(storages.size());
    for (Storage storage : storages) {
      switch (storage.source()) {
        case ByteSource.Stored stored -> locate(stored, storage, byRecord, checkCrc);
        case ByteSource.InMemory memory ->
            sources.computeIfAbsent(storage, key -> new Source(memory.segment()));
        case ByteSource.Deflated deflated -> {}
        case ByteSource.Produced produced -> {}
        case null -> throw new IllegalArgumentException(storage.whyMissing());
      }
    }
  }

  private void locate(
      ByteSource.Stored stored,
      Storage storage,
      IdentityHashMap<ByteSource, Source> byRecord,
      boolean checkCrc) {
    if (sources.containsKey(storage)) {
      return;
    }
    Source source = byRecord.get(stored);
    if (source == null) {
      source = stored(stored, storage, checkCrc);
      byRecord.put(stored, source);
    }
    sources.put(storage, source);
  }

  private Source stored(ByteSource.Stored stored, Storage storage, boolean checkCrc) {
    Source.RecordCheck check = null;
    OptionalInt crc = stored.crc32();
    if (checkCrc && crc.isPresent()) {
      check = new Source.RecordCheck(stored, storage, new Crc32Sum());
      checks.add(check);
    }
    return new Source(stored.segment(), stored, check);
  }

  @Override
  public void close() throws IOException {
    memories.forEach(ScratchMemory::close);
    if (scratch != null) {
      scratch.close();
    }
  }
}
