package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a plan: cuts a file of the output into pieces of work that any thread can do in any
 * order, since each knows its place in the output.
 *
 * <p>Tensors that lie as they are written are copied through a buffer that stays in cache; runs of
 * small ones share one buffer and one write. Others are gathered block by block. The CRC-32 of a
 * record is taken on the way where one tensor covers it, and by a read of its own where none does.
 */
public final class Copier {
  /** Output bytes of one piece of work: large against its cost, small against a file. */
  private static final long PIECE = 4 << 20;

  private final StorageSources sources;
  private final LongConsumer written;
  private final ThreadBuffers buffers = new ThreadBuffers();
  private final Place input;
  private final Set<StorageSource.RecordCheck> foldedIn;
  private final List<Casting> casts = new ArrayList<>();

  /**
   * A tensor whose elements lie as they are written.
   *
   * @param source where they lie
   * @param begin where its first byte comes in its sink
   * @param check what it takes on the way, where no other tensor does
   */
  private record Direct(
      TensorView view,
      StorageSource source,
      long begin,
      StorageSource.@Nullable RecordCheck check) {}

  /** A tensor whose dtype is changed. */
  private record Casting(String name, CastSink sink) {}

  /**
   * @param written hears how many more bytes of the output have been written; called by several
   *     threads
   * @param input names the checkpoint in messages
   */
  public Copier(StorageSources sources, LongConsumer written, Place input) {
    this.sources = sources;
    this.written = written;
    this.input = input;
    this.foldedIn = Collections.newSetFromMap(new IdentityHashMap<>(sources.checks().size()));
  }

  /** Writes a file. */
  public void copy(PlannedFile file, AtomicOutput output) throws CheckpointException, IOException {
    output.reserve(file.header().size() + file.dataBytes());
    output.write(ByteBuffer.wrap(file.header().bytes()), 0);
    TaskRunner.run(work(file, output), file.dataBytes(), buffers);
  }

  /** Reads what is to be checked and was not covered by a tensor of any file. */
  public void readUnchecked() throws CheckpointException, IOException {
    List<CopyTask> work = new ArrayList<>();
    long bytes = 0;
    for (StorageSource.RecordCheck check : sources.checks()) {
      if (!foldedIn.contains(check)) {
        addCheck(work, check);
        bytes += check.source().size();
      }
    }
    TaskRunner.run(work, bytes, buffers);
  }

  private List<CopyTask> work(PlannedFile file, AtomicOutput output) {
    List<CopyTask> work = new ArrayList<>();
    List<Direct> run = new ArrayList<>();
    Sink data = new FileSink(output, file.header().size(), written);
    for (PlannedTensor tensor : file.tensors()) {
      TensorInfo info = tensor.info();
      if (info.begin() == info.end()) {
        continue;
      }
      TensorData planned = TensorData.of(tensor);
      if (planned instanceof TensorData.Strided(TensorView view) && isDirect(view)) {
        run.add(direct(view, info.begin()));
      } else if (planned instanceof TensorData.Assembled(ShardedContent sharded)
          && isDirect(sharded)) {
        run.addAll(direct(sharded, info.begin()));
      } else {
        addRun(work, run, data);
        Sink sink = new FileSink(output, file.header().size() + info.begin(), written);
        add(work, tensor, sink);
      }
    }
    addRun(work, run, data);
    return work;
  }

  /**
   * Adds a tensor for itself.
   *
   * @param sink begins where the tensor does
   */
  private void add(List<CopyTask> work, PlannedTensor tensor, Sink sink) {
    Place place = input.ofTensor(tensor.info().name());
    if (TensorData.of(tensor) instanceof TensorData.Cast(TensorData source, DType dtype)) {
      CastSink cast = new CastSink(source.dtype(), dtype, sink);
      casts.add(new Casting(tensor.info().name(), cast));
      add(work, source, cast, place);
    } else {
      add(work, TensorData.of(tensor), sink, place);
    }
  }

  /**
   * Adds what a tensor is made of.
   *
   * @param place names the tensor in messages
   */
  private void add(List<CopyTask> work, TensorData data, Sink sink, Place place) {
    switch (data) {
      case TensorData.Cast cast -> throw new IllegalArgumentException("a cast of a cast");
      case TensorData.Strided(TensorView view) -> {
        if (isDirect(view)) {
          addRun(work, new ArrayList<>(List.of(direct(view, 0))), sink);
        } else {
          addBlocks(work, view, sink);
        }
      }
      case TensorData.Assembled(ShardedContent tensor) -> {
        if (isDirect(tensor)) {
          addRun(work, new ArrayList<>(direct(tensor, 0)), sink);
        } else {
          addAssembly(work, new Assembly(tensor, this::pieceSource), sink);
        }
      }
      case TensorData.Packed(TensorView bytes, DType dtype, Shape shape) ->
          add(work, new TensorData.Strided(bytes), sink, place);
      case TensorData.Dequantized(QuantizedContent tensor) -> {
        Dequantizer dequantizer = new Dequantizer(tensor, sources, place);
        TensorData integers = new TensorData.Strided(tensor.integers());
        add(work, integers, new DequantizingSink(dequantizer, sink), place);
      }
      case TensorData.Indices(TensorView view, SparseContent tensor) -> {
        add(work, new TensorData.Strided(view), sink, place);
        work.add(new IndexCheck(Placement.of(tensor, sources, place)));
      }
      case TensorData.Dense dense ->
          addPieces(work, new Scatter(dense.tensor(), sources, place), sink);
    }
  }

  /** A full tensor is made piece by piece, several at a time. */
  private static void addPieces(List<CopyTask> work, Scatter scatter, Sink sink) {
    int perWork = (int) (PIECE / Scatter.PIECE_BYTES);
    int count = Math.toIntExact(scatter.pieces());
    for (int from = 0; from < count; from += perWork) {
      work.add(new ScatterCopy(scatter, from, Math.min(count, from + perWork), sink));
    }
  }

  /**
   * Whether the bytes can be cut anywhere. Where every second number is an imaginary part that
   * changes its sign, a piece must begin with a real one, as blocks do.
   */
  private static boolean isDirect(TensorView view) {
    return view.isContiguous() && (!view.conjugated() || view.dtype().isComplex());
  }

  /** Whether each piece is one run of the output, as a shard of rows is. */
  private static boolean isDirect(ShardedContent tensor) {
    return tensor.pieces().stream()
        .allMatch(
            piece -> isDirect(piece.view()) && Box.isOneRun(piece.view().shape(), tensor.grid()));
  }

  /** The pieces of a tensor in their order: each begins where the one before ends. */
  private List<Direct> direct(ShardedContent tensor, long begin) {
    List<Direct> direct = new ArrayList<>(tensor.pieces().size());
    long at = begin;
    for (ShardedContent.Piece piece : tensor.pieces()) {
      direct.add(direct(piece.view(), at));
      at += piece.view().byteSize();
    }
    return direct;
  }

  /** Where a piece lies, with the check that it takes on the way. */
  private Box.Source pieceSource(TensorView view) {
    Direct direct = direct(view, 0);
    // A piece whose elements are picked one by one is read in no order.
    if (direct.check != null && !view.isContiguous()) {
      foldedIn.remove(direct.check);
      return new Box.Source(direct.source, null);
    }
    return new Box.Source(direct.source, direct.check);
  }

  private static void addAssembly(List<CopyTask> work, Assembly assembly, Sink sink) {
    long perWork = PIECE / assembly.elementSize();
    for (long from = 0; from < assembly.elements(); from += perWork) {
      work.add(
          new AssemblyCopy(assembly, from, Math.min(assembly.elements(), from + perWork), sink));
    }
  }

  /** The tensors of which elements have become infinite, once all is written. */
  public List<Overflow> overflows() {
    return casts.stream()
        .map(cast -> new Overflow(cast.name, cast.sink.overflows()))
        .filter(overflow -> overflow.elements() > 0)
        .toList();
  }

  /** The first tensor that covers a record takes its CRC-32 on the way. */
  private Direct direct(TensorView view, long begin) {
    StorageSource source = sources.of(view.storage());
    StorageSource.RecordCheck check = source.check();
    boolean covered =
        check != null && view.offset() == 0 && view.byteSize() == check.source().size();
    return new Direct(view, source, begin, covered && foldedIn.add(check) ? check : null);
  }

  /** Cuts a run of tensors that lie one behind the other in the output. */
  private void addRun(List<CopyTask> work, List<Direct> run, Sink sink) {
    List<DirectCopy.Part> parts = new ArrayList<>();
    long size = 0;
    long end = 0;
    for (Direct direct : run) {
      long length = direct.view.byteSize();
      long done = 0;
      while (done < length) {
        long part = Math.min(length - done, PIECE - size);
        parts.add(part(direct, done, part));
        done += part;
        size += part;
        end = direct.begin + done;
        if (size == PIECE) {
          work.add(new DirectCopy(parts, sink, end - size));
          parts = new ArrayList<>();
          size = 0;
        }
      }
    }
    if (size > 0) {
      work.add(new DirectCopy(parts, sink, end - size));
    }
    run.clear();
  }

  private DirectCopy.Part part(Direct direct, long from, long length) {
    TensorView view = direct.view;
    return new DirectCopy.Part(
        direct.source, view, view.offset() * view.dtype().byteSize() + from, length, direct.check);
  }

  private void addBlocks(List<CopyTask> work, TensorView view, Sink sink) {
    StridedBlocks blocks = new StridedBlocks(view);
    StorageSource source = sources.of(view.storage());
    // Small blocks are done several at a time, so that a tensor of many is no list of as many.
    long perPiece = Math.max(1, PIECE / blocks.blockBytes());
    for (long from = 0; from < blocks.count(); from += perPiece) {
      long to = Math.min(blocks.count(), from + perPiece);
      work.add(new GatherCopy(blocks, from, to, source, view, sink));
    }
  }

  private void addCheck(List<CopyTask> work, StorageSource.RecordCheck check) {
    StorageSource source = sources.of(check);
    for (long from = 0; from < check.source().size(); from += PIECE) {
      work.add(new CrcRead(source, check, from, Math.min(PIECE, check.source().size() - from)));
    }
  }
}
