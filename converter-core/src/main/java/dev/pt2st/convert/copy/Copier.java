package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.PieceReader;
import dev.pt2st.convert.copy.record.PieceSums;
import dev.pt2st.convert.copy.record.RecordCheck;
import dev.pt2st.convert.copy.record.RecordSum;
import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.convert.copy.sink.CastSink;
import dev.pt2st.convert.copy.sink.CopyDigests;
import dev.pt2st.convert.copy.sink.FileDigester;
import dev.pt2st.convert.copy.sink.FileSink;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.SourceDigester;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.plan.Overflow;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.RecordBytes;
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
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a plan: cuts each output file into pieces of work. Each knows its position in the
 * output, so any thread can do it in any order.
 *
 * <p>Tensors that are stored as they are written are copied through a buffer that stays in cache;
 * runs of small ones share one buffer and one write. Others are gathered block by block. The CRC-32
 * of a record is computed during the copy if one tensor covers the record, else by a separate read.
 */
public final class Copier {
  /**
   * Output bytes of one piece of work: large enough to be worth its overhead, small compared to a
   * file.
   */
  private static final long PIECE = 4 << 20;

  /** Bytes of a block that is assembled, unless it has very many parts. */
  private static final long BLOCK = 512 << 10;

  /** Bytes of a part of such a block, so that few are read for little. */
  private static final long WORTH_A_READ = 64 << 10;

  private final StorageSources sources;
  private final LongConsumer written;
  private final ThreadBuffers buffers = new ThreadBuffers();
  private final Place input;
  private final List<PieceSums> pieceSums = new ArrayList<>();
  private final List<Casting> casts = new ArrayList<>();
  private final @Nullable CopyDigests digests;
  private final long piece;

  /** Elements that are contiguous in the output. */
  private sealed interface Run {
    /** The position of the first byte in the sink. */
    long begin();

    long length();
  }

  /**
   * A tensor whose elements are stored as they are written.
   *
   * @param source the stored bytes
   * @param check the CRC-32 that is computed during the copy, unless another tensor does it
   */
  private record Direct(
      TensorView view, StorageSource source, long begin, @Nullable RecordSum check) implements Run {
    @Override
    public long length() {
      return view.byteSize();
    }
  }

  /** A tensor whose pieces are stored so, and follow each other in the output. */
  private record DirectRows(PieceReader pieces, long begin) implements Run {
    @Override
    public long length() {
      ShardedContent tensor = pieces.tensor();
      return tensor.shape().elementCount() * tensor.dtype().byteSize();
    }
  }

  /** A tensor whose dtype is changed. */
  private record Casting(String name, CastSink sink) {}

  /**
   * @param written receives the number of further bytes written; called by several threads
   * @param input names the checkpoint in messages
   * @param digests of all that is read and written; null for none
   */
  public Copier(
      StorageSources sources, LongConsumer written, Place input, @Nullable CopyDigests digests) {
    this.sources = sources;
    this.written = written;
    this.input = input;
    this.digests = digests;
    // If pieces were large, a thread would wait long for the thread with the piece before its own.
    this.piece = digests == null ? PIECE : ThreadBuffers.COPY_BYTES;
  }

  /**
   * Writes a file.
   *
   * @param name of the file, without a folder
   */
  public void copy(PlannedFile file, String name, AtomicOutput output)
      throws CheckpointException, IOException {
    output.reserve(file.header().size() + file.dataBytes());
    output.write(ByteBuffer.wrap(file.header().bytes()), 0);
    if (digests == null) {
      TaskRunner.run(work(file, output, null), file.dataBytes(), buffers);
      return;
    }
    FileDigester digester = digests.next(name, file);
    TaskRunner.run(work(file, output, digester), file.dataBytes(), buffers, digester::abort);
  }

  /**
   * Reads the parts of checked records that no tensor needed, and compares the CRC-32 of all
   * records.
   *
   * @throws CheckpointException if one differs from the recorded CRC-32
   */
  public void checkRecords() throws CheckpointException, IOException {
    List<CopyTask> work = new ArrayList<>();
    long bytes = 0;
    for (RecordCheck check : sources.checks()) {
      for (RecordCheck.Gap gap : check.gaps()) {
        bytes += addCheck(work, sources.of(check), check, gap.from(), gap.to());
      }
    }
    for (PieceSums sums : pieceSums) {
      for (int i = 0; i < sums.size(); i++) {
        if (sums.isChecked(i) && !sums.isCovered(i)) {
          RecordSum sum = sums.of(i);
          bytes += addCheck(work, sums.source(i), sum, 0, sum.size());
        }
      }
    }
    TaskRunner.run(work, bytes, buffers);
    for (RecordCheck check : sources.checks()) {
      RecordBytes.checkCrc(
          check.source(), check.value(), () -> input.inEntry(check.source().name()));
    }
    for (PieceSums sums : pieceSums) {
      sums.compare();
    }
  }

  private List<CopyTask> work(
      PlannedFile file, AtomicOutput output, @Nullable FileDigester digester) {
    List<CopyTask> work = new ArrayList<>();
    List<Run> run = new ArrayList<>();
    Sink data = sink(output, file.header().size(), digester);
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
        run.add(new DirectRows(pieces(info.name(), sharded), info.begin()));
      } else {
        addRun(work, run, data);
        Sink sink = sink(output, file.header().size() + info.begin(), digester);
        add(work, tensor, sink);
      }
    }
    addRun(work, run, data);
    return work;
  }

  private Sink sink(AtomicOutput output, long begin, @Nullable FileDigester digester) {
    FileSink file = new FileSink(output, begin, written, digester);
    if (digests == null) {
      return file;
    }
    SourceDigester read = digests.sources();
    return (bytes, position, own) -> {
      int length = bytes.remaining();
      file.write(bytes, position, own);
      read.advance(length, own);
    };
  }

  /**
   * Adds the work for a single tensor.
   *
   * @param sink its position 0 is the start of the tensor
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
   * Adds the work for the data of a tensor.
   *
   * @param place names the tensor in messages
   */
  private void add(List<CopyTask> work, TensorData data, Sink sink, Place place) {
    switch (data) {
      case TensorData.Cast cast -> throw new IllegalArgumentException("a cast of a cast");
      case TensorData.Strided(TensorView view) -> {
        if (isDirect(view)) {
          addRun(work, new ArrayList<>(List.of((Run) direct(view, 0))), sink);
        } else {
          addBlocks(work, view, sink);
        }
      }
      case TensorData.Assembled(ShardedContent tensor) -> {
        PieceReader pieces = pieces(String.valueOf(place.tensor()), tensor);
        if (isDirect(tensor)) {
          addRun(work, new ArrayList<>(List.of((Run) new DirectRows(pieces, 0))), sink);
        } else {
          addAssembly(work, new Assembly(pieces), sink);
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

  /** Adds the pieces of a dense tensor, several to each task. */
  private static void addPieces(List<CopyTask> work, Scatter scatter, Sink sink) {
    int perWork = (int) (PIECE / Scatter.PIECE_BYTES);
    int count = Math.toIntExact(scatter.pieces());
    for (int from = 0; from < count; from += perWork) {
      work.add(new ScatterCopy(scatter, from, Math.min(count, from + perWork), sink));
    }
  }

  /**
   * Whether the bytes can be cut anywhere. If every second number is an imaginary part that is
   * negated, a piece must begin with a real part, as blocks do.
   */
  private static boolean isDirect(TensorView view) {
    return view.isContiguous() && (!view.conjugated() || view.dtype().isComplex());
  }

  /** Whether each piece is one contiguous run of the output, as a shard of rows is. */
  private static boolean isDirect(ShardedContent tensor) {
    return tensor.pieces().stream()
        .allMatch(
            piece -> isDirect(piece.view()) && Box.isOneRun(piece.view().shape(), tensor.grid()));
  }

  private PieceReader pieces(String name, ShardedContent tensor) {
    PieceReader pieces = new PieceReader(name, tensor, sources);
    PieceSums sums = pieces.sums();
    if (sums != null) {
      pieceSums.add(sums);
    }
    return pieces;
  }

  private void addAssembly(List<CopyTask> work, Assembly assembly, Sink sink) {
    // A block and the parts that it is made of stay in cache, but a part is worth a read of its
    // own.
    long block = Math.clamp(assembly.pieces() * WORTH_A_READ, Math.min(BLOCK, piece), piece);
    long perWork = block / assembly.elementSize();
    for (long from = 0; from < assembly.elements(); from += perWork) {
      work.add(
          new AssemblyCopy(assembly, from, Math.min(assembly.elements(), from + perWork), sink));
    }
  }

  /** The tensors with elements that have become infinite; complete when all is written. */
  public List<Overflow> overflows() {
    return casts.stream()
        .map(cast -> new Overflow(cast.name, cast.sink.overflows()))
        .filter(overflow -> overflow.elements() > 0)
        .toList();
  }

  private Direct direct(TensorView view, long begin) {
    StorageSource source = sources.of(view.storage());
    return new Direct(view, source, begin, PieceReader.take(view, sources));
  }

  /** Cuts a run of tensors that are contiguous in the output. */
  private void addRun(List<CopyTask> work, List<Run> run, Sink sink) {
    List<DirectCopy.Section> sections = new ArrayList<>();
    long size = 0;
    long end = 0;
    for (Run part : run) {
      long length = part.length();
      RowCursor rows = part instanceof DirectRows direct ? new RowCursor(direct.pieces) : null;
      long done = 0;
      while (done < length) {
        long count = Math.min(length - done, piece - size);
        sections.add(
            switch (part) {
              case Direct direct -> section(direct, done, count);
              case DirectRows direct -> Objects.requireNonNull(rows).next(count);
            });
        done += count;
        size += count;
        end = part.begin() + done;
        if (size == piece) {
          work.add(new DirectCopy(sections, sink, end - size));
          sections = new ArrayList<>();
          size = 0;
        }
      }
    }
    if (size > 0) {
      work.add(new DirectCopy(sections, sink, end - size));
    }
    run.clear();
  }

  private static DirectCopy.Part section(Direct direct, long from, long length) {
    TensorView view = direct.view;
    return new DirectCopy.Part(
        direct.source, view, view.offset() * view.dtype().byteSize() + from, length, direct.check);
  }

  /** Iterates over pieces that are contiguous in the output. */
  private static final class RowCursor {
    private final PieceReader pieces;
    private int piece;
    private long skipped;

    RowCursor(PieceReader pieces) {
      this.pieces = pieces;
    }

    /** The next bytes, at most as many as are left. */
    DirectCopy.Rows next(long length) {
      DirectCopy.Rows rows = new DirectCopy.Rows(pieces, piece, skipped, length);
      long left = length + skipped;
      while (piece < pieces.count() && left >= pieces.sample(piece).byteSize()) {
        left -= pieces.sample(piece).byteSize();
        piece++;
      }
      skipped = left;
      return rows;
    }
  }

  private void addBlocks(List<CopyTask> work, TensorView view, Sink sink) {
    StridedBlocks blocks = new StridedBlocks(view);
    StorageSource source = sources.of(view.storage());
    // Several small blocks make one task, so that a tensor with many blocks does not need as many
    // tasks.
    long perPiece = Math.max(1, piece / blocks.blockBytes());
    for (long from = 0; from < blocks.count(); from += perPiece) {
      long to = Math.min(blocks.count(), from + perPiece);
      work.add(new GatherCopy(blocks, from, to, source, view, sink));
    }
  }

  /** Adds a read of a part of a record for its CRC-32 alone; returns the number of bytes. */
  private static long addCheck(
      List<CopyTask> work, StorageSource source, RecordSum sum, long begin, long end) {
    for (long from = begin; from < end; from += PIECE) {
      work.add(new CrcRead(source, sum, from, Math.min(PIECE, end - from)));
    }
    return end - begin;
  }
}
