package dev.pt2st.convert.copy.record;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.DiskFull;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.spill.ScratchMemory;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.PieceTable;
import dev.pt2st.torch.value.ShardedContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of every storage that a plan reads. Tensors read them in any order, so compressed
 * records, and bytes that a pickle contains as text, are first unpacked into one nameless scratch
 * file beside the output.
 */
public final class StorageSources implements AutoCloseable {
  private final IdentityHashMap<ByteSource, StorageSource> sources;
  private final List<RecordCheck> checks = new ArrayList<>();
  private final Path target;
  private final boolean checkCrc;
  private final List<ScratchMemory> memories = new ArrayList<>();
  private @Nullable MappedFile scratch;

  private StorageSources(int size, Path target, boolean checkCrc) {
    this.sources = new IdentityHashMap<>(size);
    this.target = target;
    this.checkCrc = checkCrc;
  }

  /**
   * Opens the sources of a plan.
   *
   * @param input names the checkpoint in messages
   * @param target the output; a scratch file may be made beside it
   */
  public static StorageSources open(
      Plan plan, ResourceName input, Path target, ConvertOptions options)
      throws CheckpointException, IOException {
    StorageSources opened =
        new StorageSources(plan.tensors().size(), target, options.read().comparesCrc());
    try {
      List<ByteSource> packed = opened.locate(plan);
      if (!packed.isEmpty()) {
        opened.unpack(packed, input, options);
      }
      return opened;
    } catch (CheckpointException | IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** Whether the CRC-32 of a record that has one must be right. */
  boolean comparesCrc() {
    return checkCrc;
  }

  /** The bytes of a storage that the plan reads. */
  public StorageSource of(Storage storage) {
    StorageSource source = sources.get(storage.source());
    if (source == null && storage.source() instanceof ByteSource.Stored stored) {
      // There may be a million such pieces, so nothing is cached for them.
      return new StorageSource(stored, null);
    }
    if (source == null) {
      throw new IllegalArgumentException("not in the plan: " + storage.key());
    }
    return source;
  }

  /** The bytes of a record that is checked. */
  public StorageSource of(RecordCheck check) {
    return Objects.requireNonNull(sources.get(check.source()));
  }

  /**
   * Scratch memory in a file beside the output. It is closed with these sources at the latest.
   *
   * @throws IOException if the disk has no room for it
   */
  public synchronized ScratchMemory scratch(long bytes) throws IOException {
    ScratchMemory memory = ScratchMemory.in(ScratchFolder.beside(target), bytes);
    memories.add(memory);
    return memory;
  }

  /** The records whose CRC-32 must be compared when all is read. */
  public List<RecordCheck> checks() {
    return checks;
  }

  /**
   * Locates the storages whose bytes are stored as they are.
   *
   * @return the others, each once, in the order of the output
   */
  private List<ByteSource> locate(Plan plan) {
    ByteSource.willReadAll(fetched(plan), target, plan.fileBytes());
    List<ByteSource> inOrder = new ArrayList<>();
    Set<ByteSource> packed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PlannedTensor tensor : plan.tensors()) {
      for (TensorView view : toLocate(TensorData.of(tensor))) {
        ByteSource record = view.storage().source();
        if (record == null) {
          throw new IllegalArgumentException(view.storage().whyMissing());
        }
        if (sources.containsKey(record)) {
          continue;
        }
        switch (record) {
          case ByteSource.Stored stored -> sources.put(stored, stored(stored));
          case ByteSource.InMemory memory ->
              sources.put(memory, new StorageSource(memory.segment()));
          case ByteSource.Deflated deflated when packed.add(deflated) -> inOrder.add(deflated);
          case ByteSource.Produced produced when packed.add(produced) -> inOrder.add(produced);
          case ByteSource.Deflated known -> {}
          case ByteSource.Produced known -> {}
        }
      }
    }
    return inOrder;
  }

  /**
   * The records that must be fetched; none if the files are on this disk. Either all files are, or
   * none.
   */
  private static Set<ByteSource> fetched(Plan plan) {
    Set<ByteSource> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PlannedTensor tensor : plan.tensors()) {
      for (TensorView view : TensorData.of(tensor).views()) {
        ByteSource source = view.storage().source();
        if (source instanceof ByteSource.Stored stored && !stored.file().isFetched()) {
          return Set.of();
        }
        if (source != null) {
          all.add(source);
        }
      }
    }
    return all;
  }

  /** The views of a tensor, except pieces that have a record of their own in a file. */
  private static List<TensorView> toLocate(TensorData data) {
    return switch (data) {
      case TensorData.Cast(TensorData source, DType dtype) -> toLocate(source);
      case TensorData.Assembled(ShardedContent tensor)
          when tensor.pieces() instanceof PieceTable.Pieces pieces -> {
        List<TensorView> views = new ArrayList<>(0);
        for (int i = 0; i < pieces.size(); i++) {
          if (!pieces.hasOwnRecord(i)) {
            views.add(pieces.sample(i));
          }
        }
        yield views;
      }
      default -> data.views();
    };
  }

  private StorageSource stored(ByteSource.Stored stored) {
    RecordCheck check = null;
    OptionalInt crc = stored.crc32();
    if (checkCrc && crc.isPresent()) {
      check = new RecordCheck(stored);
      checks.add(check);
    }
    return new StorageSource(stored, check);
  }

  private void unpack(List<ByteSource> packed, ResourceName input, ConvertOptions options)
      throws CheckpointException, IOException {
    long[] positions = new long[packed.size()];
    ScratchFile file = ScratchFile.beside(target);
    try {
      for (int i = 0; i < positions.length; i++) {
        positions[i] = file.size();
        switch (packed.get(i)) {
          case ByteSource.Deflated deflated -> {
            Place place = Place.of(input).inEntry(deflated.name());
            RecordBytes.checkRatio(deflated, options.read().limits(), place);
            RecordBytes.inflate(deflated, place, options.read().comparesCrc(), file::append);
          }
          case ByteSource.Produced produced -> produced.producer().writeTo(file::append);
          case ByteSource.Stored stored -> throw new IllegalArgumentException(stored.name());
          case ByteSource.InMemory memory -> throw new IllegalArgumentException(memory.name());
        }
      }
      MappedFile mapped = file.map();
      scratch = mapped;
      for (int i = 0; i < positions.length; i++) {
        ByteSource record = packed.get(i);
        sources.put(record, new StorageSource(mapped.bytes(positions[i], record.size())));
      }
    } catch (IOException e) {
      file.close();
      long missing = packed.stream().mapToLong(ByteSource::size).sum() - file.size();
      throw DiskFull.explain(e, target, "what is unpacked for it", Math.max(0, missing));
    } catch (CheckpointException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    memories.forEach(ScratchMemory::close);
    if (scratch != null) {
      scratch.close();
    }
  }
}
