package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.spill.ScratchMemory;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The elements of single tensors in memory, row-major and little-endian: a slice of the mapping if
 * they are stored so, else a copy that is made once. Thread-safe.
 */
public final class TensorMemory implements AutoCloseable {
  private static final int PIECE = 1 << 16;

  /** Copies up to this size are allowed, however small the input. */
  private static final long SMALL = 64L << 20;

  private final MappedFile file;
  private final ReadOptions options;
  private final ScratchFolder folder;
  private final Place place;
  private final IdentityHashMap<ByteSource, Prepared> sources = new IdentityHashMap<>();
  private final Map<TensorView, Prepared> copies = new HashMap<>();
  private final List<ScratchMemory> memories = new ArrayList<>();
  private long copied;
  private boolean closed;

  /** Creates memory. */
  @FunctionalInterface
  private interface Maker {
    MemorySegment make() throws CheckpointException, IOException;
  }

  /** Memory that the first thread creates while others wait. */
  private static final class Prepared {
    private @Nullable MemorySegment made;

    synchronized MemorySegment get(Maker maker) throws CheckpointException, IOException {
      MemorySegment known = made;
      if (known == null) {
        known = maker.make();
        made = known;
      }
      return known;
    }
  }

  /**
   * @param file the checkpoint, which must stay open as long as this
   * @param folder for copies that are too large for native memory
   */
  public TensorMemory(MappedFile file, ReadOptions options, ScratchFolder folder) {
    this.file = file;
    this.options = options;
    this.folder = folder;
    this.place = Place.of(file.name());
  }

  /** Whether the elements are a slice of the mapping, without a copy. */
  public static boolean isInPlace(TensorView view) {
    if (view.elementCount() == 0) {
      return true;
    }
    return isAsItIs(view)
        && switch (view.storage().source()) {
          case ByteSource.Stored stored -> stored.file().isMapped();
          case ByteSource.InMemory memory -> memory.segment().isMapped();
          case ByteSource.Deflated deflated -> false;
          case ByteSource.Produced produced -> false;
          case null -> false;
        };
  }

  /** Whether the elements are stored in their record as they are returned. */
  private static boolean isAsItIs(TensorView view) {
    return view.isContiguous() && !DirectCopy.isTransformed(view);
  }

  /**
   * The elements of a view, read-only; valid until this is closed.
   *
   * @param view whose storage is in the file
   * @throws CheckpointException if a record is damaged, or a limit is passed
   * @throws IOException if there is no room for a copy
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment of(TensorView view) throws CheckpointException, IOException {
    if (isAsItIs(view)) {
      return slice(view);
    }
    return prepared(copies, view)
        .get(() -> {
          MemorySegment target = room(view.byteSize());
          fill(view, target);
          return target.asReadOnly();
        });
  }

  /**
   * Copies the elements of a view.
   *
   * @param target receives them from its start
   * @throws CheckpointException if a record is damaged, or a limit is passed
   * @throws IOException if there is no room for what must be unpacked
   * @throws IllegalStateException if this is closed
   */
  public void copy(TensorView view, MemorySegment target) throws CheckpointException, IOException {
    fill(view, target.asSlice(0, view.byteSize()));
  }

  private MemorySegment slice(TensorView view) throws CheckpointException, IOException {
    if (view.elementCount() == 0) {
      checkOpen();
      return file.bytes(0, 0);
    }
    return bytes(view.storage()).asSlice(view.offset() * view.dtype().byteSize(), view.byteSize());
  }

  private void fill(TensorView view, MemorySegment target) throws CheckpointException, IOException {
    if (view.isContiguous()) {
      target.copyFrom(slice(view));
      DirectCopy.transform(target, view);
      return;
    }
    int elementSize = view.dtype().byteSize();
    MemorySegment source = bytes(view.storage());
    StridedBlocks blocks = new StridedBlocks(view);
    Gather gather = new Gather(elementSize);
    for (long index = 0; index < blocks.count(); index++) {
      StridedBlocks.Block block = blocks.block(index);
      MemorySegment part =
          target.asSlice(block.start() * elementSize, block.elements() * elementSize);
      gather.gather(source, part, block);
      DirectCopy.transform(part, view);
    }
  }

  /** All bytes of a storage's record. */
  private MemorySegment bytes(Storage storage) throws CheckpointException, IOException {
    ByteSource source = storage.source();
    if (source == null) {
      throw new IllegalArgumentException(storage.whyMissing());
    }
    return prepared(sources, source).get(() -> prepare(source));
  }

  private MemorySegment prepare(ByteSource source) throws CheckpointException, IOException {
    Place entry = place.inEntry(source.name());
    return switch (source) {
      case ByteSource.Stored stored -> {
        if (options.comparesCrc() && stored.crc32().isPresent()) {
          RecordBytes.Crc crc = new RecordBytes.Crc(ByteBuffer.allocateDirect(PIECE));
          crc.update(stored.segment());
          RecordBytes.checkCrc(stored, crc.value(), () -> entry);
        }
        yield lasting(stored.segment());
      }
      case ByteSource.InMemory memory -> lasting(memory.segment());
      case ByteSource.Deflated deflated -> {
        RecordBytes.checkRatio(deflated, options.limits(), entry);
        MemorySegment target = scratch(deflated.size());
        RecordBytes.inflate(deflated, entry, options.comparesCrc(), appender(target));
        yield target.asReadOnly();
      }
      case ByteSource.Produced produced -> {
        MemorySegment target = scratch(produced.size());
        produced.producer().writeTo(appender(target));
        yield target.asReadOnly();
      }
    };
  }

  /** The same bytes in memory that ends with the file; bytes on the heap would outlive it. */
  private MemorySegment lasting(MemorySegment bytes) throws IOException {
    return bytes.isNative()
        ? bytes.asReadOnly()
        : scratch(bytes.byteSize()).copyFrom(bytes).asReadOnly();
  }

  private static RecordBytes.Sink appender(MemorySegment target) {
    long[] at = {0};
    return piece -> {
      MemorySegment from = MemorySegment.ofBuffer(piece);
      MemorySegment.copy(from, 0, target, at[0], from.byteSize());
      at[0] += from.byteSize();
    };
  }

  /** Memory for a copy, if the copies are not too large in proportion to the file. */
  private MemorySegment room(long bytes) throws LimitException, IOException {
    synchronized (this) {
      copied = bytes > Long.MAX_VALUE - copied ? Long.MAX_VALUE : copied + bytes;
      if (copied > SMALL && !options.limits().allowGrowth(Limit.EXPANSION, file.size(), copied)) {
        throw new LimitException(
            place,
            Limit.EXPANSION,
            "its tensors, written in full, take more than "
                + options.limits().get(Limit.EXPANSION)
                + " times the "
                + file.size()
                + " bytes of the file");
      }
    }
    return scratch(bytes);
  }

  /** Scratch memory that is closed with this. */
  private synchronized MemorySegment scratch(long bytes) throws IOException {
    checkOpen();
    ScratchMemory memory = ScratchMemory.in(folder, bytes);
    memories.add(memory);
    return memory.segment();
  }

  private synchronized <K> Prepared prepared(Map<K, Prepared> known, K key) {
    checkOpen();
    return known.computeIfAbsent(key, absent -> new Prepared());
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw new IllegalStateException("closed: " + file.name());
    }
  }

  /** Releases all copies. */
  @Override
  public synchronized void close() {
    closed = true;
    memories.forEach(ScratchMemory::close);
    memories.clear();
  }
}
