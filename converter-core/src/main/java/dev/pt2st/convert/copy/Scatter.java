package dev.pt2st.convert.copy;

import static dev.pt2st.io.LittleEndian.LONG;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.convert.numeric.Adder;
import dev.pt2st.io.spill.ScratchMemory;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.SparseContent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sparse tensor dense, piece by piece; any thread may make any piece. Only a piece of the
 * dense tensor is in memory at a time. One pass over all entries first finds out which belong to
 * each piece, and checks each index.
 *
 * <p>If the entries are roughly in the order of the pieces, as in coalesced and row-wise tensors, a
 * piece only needs to know its first and its last entry, and skips those between that belong to
 * other pieces. If too many would be skipped, a second pass notes each entry for its pieces in
 * {@link ScratchMemory}.
 */
final class Scatter {
  /** Bytes of the sums of a piece; its elements take as many bytes, or half as many. */
  static final long PIECE_BYTES = 1 << 20;

  /** The most entries skipped for each one added; above it, writing notes is cheaper. */
  private static final long SKIPPED = 8;

  /** A note: an entry and the first element of the dense tensor that it is added to. */
  private static final int NOTE_BYTES = 2 * Long.BYTES;

  private final TensorView values;
  private final StorageSources sources;
  private final Placement placement;
  private final Adder adder;
  private final long elements;
  private final int elementSize;
  private final int pieceShift;
  private final AtomicLong open;
  private @Nullable Prepared prepared;

  /**
   * The entries of each piece.
   *
   * @param first the first entry of each piece, or its first note
   * @param end the one after the last
   * @param notes of all pieces; null if a piece reads the entries themselves
   */
  @SuppressWarnings("ArrayRecordComponent") // made once and only read
  private record Prepared(long[] first, long[] end, @Nullable ScratchMemory notes) {}

  /**
   * @param tensor whose sizes agree
   * @param place names it in messages
   */
  Scatter(SparseContent tensor, StorageSources sources, Place place) {
    this.values = tensor.values();
    this.sources = sources;
    this.placement = Placement.of(tensor, sources, place);
    this.adder = Adder.of(tensor);
    this.elements = tensor.shape().elementCount();
    this.elementSize = values.dtype().byteSize();
    this.pieceShift = Long.numberOfTrailingZeros(PIECE_BYTES / adder.sumSize());
    this.open = new AtomicLong(pieces());
  }

  /** How many pieces there are. */
  long pieces() {
    return elements == 0 ? 0 : ((elements - 1) >> pieceShift) + 1;
  }

  /** The position of a piece's first byte in the dense tensor. */
  long position(long piece) {
    return (piece << pieceShift) * elementSize;
  }

  /**
   * Makes a piece; each is made only once.
   *
   * @return its bytes, in a buffer of the calling thread
   * @throws MalformedException if an index lies outside of the tensor, or indices contradict each
   *     other
   * @throws IOException if the disk has no room for notes
   */
  ByteBuffer make(int piece, ThreadBuffers buffers) throws MalformedException, IOException {
    Prepared known = prepared();
    Piece made = new Piece(piece, buffers);
    ScratchMemory notes = known.notes;
    if (notes == null) {
      made.addInOrder(known.first[piece], known.end[piece]);
    } else {
      made.addNoted(notes.segment(), known.first[piece], known.end[piece]);
    }
    if (open.decrementAndGet() == 0 && notes != null) {
      notes.close();
    }
    return made.finished();
  }

  private synchronized Prepared prepared() throws MalformedException, IOException {
    Prepared known = prepared;
    if (known == null) {
      placement.check();
      known = new Walk().prepare();
      prepared = known;
    }
    return known;
  }

  /** Receives a piece and an entry that has a part in it. */
  private interface NoteTaker {
    void take(int piece, long entry, long start);
  }

  /** The pass over all entries. */
  private final class Walk {
    private final long[] starts = new long[NumberReader.MOST];
    private final long[] first = new long[Math.toIntExact(pieces())];
    private final long[] end = new long[first.length];
    private final long[] notes = new long[first.length];
    private final long span =
        (placement.runs() - 1) * placement.runStride() + placement.runLength() - 1;

    Prepared prepare() throws MalformedException, IOException {
      findEnds();
      long added = 0;
      long seen = 0;
      for (int piece = 0; piece < notes.length; piece++) {
        added += notes[piece];
        seen += end[piece] - first[piece];
      }
      if (seen / SKIPPED <= added) {
        return new Prepared(first, end, null);
      }
      long all = 0;
      for (int piece = 0; piece < notes.length; piece++) {
        first[piece] = all;
        end[piece] = all;
        all += notes[piece];
      }
      ScratchMemory memory = sources.scratch(Math.multiplyExact(all, NOTE_BYTES));
      note(memory.segment());
      return new Prepared(first, end, memory);
    }

    /** Finds the first and last entry of each piece, and the number of its entries. */
    private void findEnds() throws MalformedException {
      forEachNote((piece, entry, start) -> {
        if (notes[piece]++ == 0) {
          first[piece] = entry;
        }
        end[piece] = entry + 1;
      });
    }

    private void note(MemorySegment memory) throws MalformedException {
      forEachNote((piece, entry, start) -> {
        long at = end[piece]++ * NOTE_BYTES;
        memory.set(LONG, at, entry);
        memory.set(LONG, at + Long.BYTES, start);
      });
    }

    /** Reports the pieces that each entry has a part in, in the order of the entries. */
    private void forEachNote(NoteTaker taker) throws MalformedException {
      Placement.Cursor cursor = placement.from(0);
      for (long entry = 0; entry < placement.entries(); ) {
        int count = (int) Math.min(starts.length, placement.entries() - entry);
        cursor.next(starts, count);
        for (int i = 0; i < count; i++) {
          long piece = -1;
          while ((piece = nextPiece(starts[i], piece)) >= 0) {
            taker.take((int) piece, entry, starts[i]);
          }
          entry++;
        }
      }
    }

    /** The next piece after one that an entry reaches into; negative if there is none. */
    private long nextPiece(long start, long piece) {
      long from = piece < 0 ? start : (piece + 1) << pieceShift;
      if (from > start + span) {
        return -1;
      }
      // There may be whole pieces between two runs of a block that contain no part of it.
      long run = (from - start) / placement.runStride();
      long runStart = start + run * placement.runStride();
      if (from >= runStart + placement.runLength()) {
        runStart += placement.runStride();
      }
      return Math.max(from, runStart) >> pieceShift;
    }
  }

  /** A piece while it is made. Not thread-safe. */
  private final class Piece {
    private final long from;
    private final long to;
    private final ByteBuffer buffer;
    private final MemorySegment sums;
    private final ElementWindow window = new ElementWindow(values, sources.of(values.storage()));

    Piece(int piece, ThreadBuffers buffers) {
      from = (long) piece << pieceShift;
      to = Math.min(elements, from + (1L << pieceShift));
      long bytes = (to - from) * adder.sumSize();
      buffer = buffers.block(bytes).limit((int) bytes);
      sums = MemorySegment.ofBuffer(buffer).fill((byte) 0);
    }

    void addInOrder(long first, long end) throws MalformedException {
      long[] starts = new long[(int) Math.min(NumberReader.MOST, Math.max(1, end - first))];
      Placement.Cursor cursor = placement.from(first);
      for (long entry = first; entry < end; ) {
        int count = (int) Math.min(starts.length, end - entry);
        cursor.next(starts, count);
        for (int i = 0; i < count; i++) {
          add(entry, starts[i]);
          entry++;
        }
      }
    }

    void addNoted(MemorySegment notes, long first, long end) {
      for (long note = first; note < end; note++) {
        add(notes.get(LONG, note * NOTE_BYTES), notes.get(LONG, note * NOTE_BYTES + Long.BYTES));
      }
    }

    /** Adds the part of an entry that is in the piece. */
    private void add(long entry, long start) {
      long stride = placement.runStride();
      long length = placement.runLength();
      long run = start >= from ? 0 : (from - start) / stride;
      for (; run < placement.runs() && start + run * stride < to; run++) {
        long runStart = start + run * stride;
        long element = Math.max(runStart, from);
        long count = Math.min(runStart + length, to) - element;
        long value = entry * placement.entryLength() + run * length + element - runStart;
        while (count > 0) {
          long part = window.find(value, count);
          adder.add(
              window.segment(), window.offset(), sums, (element - from) * adder.sumSize(), part);
          element += part;
          value += part;
          count -= part;
        }
      }
    }

    ByteBuffer finished() {
      adder.finish(sums, to - from);
      return buffer.limit((int) (to - from) * elementSize);
    }
  }
}
