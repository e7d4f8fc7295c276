package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.record.PieceReader;
import dev.pt2st.convert.copy.record.RecordSum;
import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.convert.numeric.ElementBytes;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Copies parts of tensors that are stored as they are written. The parts are contiguous in the
 * output, so they share one buffer. Writing straight from the mapping is slower (bench/TRIED.md),
 * and if a page of the mapping is gone, a write or a CRC-32 fails worse than a copy does. Large
 * parts are read from the file instead of the mapping, so that the memory of the process does not
 * grow with the file.
 */
final class DirectCopy implements CopyTask {

  /** Bytes that are contiguous in the output. */
  sealed interface Section permits Part, Rows {}

  /**
   * A part of a tensor.
   *
   * @param from its first byte in the source
   * @param check receives the CRC-32 of the part; null if it is computed elsewhere or not at all
   */
  record Part(
      StorageSource source, TensorView view, long from, long length, @Nullable RecordSum check)
      implements Section {}

  /**
   * A part of a tensor whose pieces are contiguous in the output. There may be many pieces, so each
   * is looked up only when it is copied.
   *
   * @param piece the number of the first piece
   * @param skipped bytes of the first piece before the part
   * @param length of the part in bytes
   */
  record Rows(PieceReader pieces, int piece, long skipped, long length) implements Section {}

  private final List<Section> sections;
  private final Sink sink;
  private final long position;
  private final CRC32 crc = new CRC32();

  /**
   * @param position of the first section in the sink
   */
  DirectCopy(List<Section> sections, Sink sink, long position) {
    this.sections = sections;
    this.sink = sink;
    this.position = position;
  }

  @Override
  public void run(ThreadBuffers buffers) throws CheckpointException, IOException {
    ByteBuffer buffer = buffers.copy();
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    long at = position;
    for (Section section : sections) {
      at +=
          switch (section) {
            case Part part -> copy(part, buffer, segment, at, buffers);
            case Rows rows -> copy(rows, buffer, segment, at, buffers);
          };
    }
    flush(buffer, at, buffers);
  }

  private long copy(
      Rows rows, ByteBuffer buffer, MemorySegment segment, long at, ThreadBuffers buffers)
      throws CheckpointException, IOException {
    long flushed = 0;
    long skipped = rows.skipped;
    long left = rows.length;
    for (int i = rows.piece; left > 0; i++) {
      ShardedContent.Piece piece = rows.pieces.piece(i);
      PieceReader.Source source = rows.pieces.source(i, piece);
      TensorView view = piece.view();
      long length = Math.min(left, view.byteSize() - skipped);
      long from = view.offset() * view.dtype().byteSize() + skipped;
      Part part = new Part(source.bytes(), view, from, length, source.check());
      flushed += copy(part, buffer, segment, at + flushed, buffers);
      left -= length;
      skipped = 0;
    }
    return flushed;
  }

  /** Copies through the buffer; returns how many bytes were flushed meanwhile. */
  private long copy(
      Part part, ByteBuffer buffer, MemorySegment segment, long at, ThreadBuffers buffers)
      throws CheckpointException, IOException {
    boolean transformed = isTransformed(part.view);
    long done = 0;
    long flushed = 0;
    while (done < part.length) {
      int length = (int) Math.min(part.length - done, buffer.remaining());
      int start = buffer.position();
      int limit = buffer.limit();
      part.source.read(part.from + done, buffer.limit(start + length));
      if (part.check != null) {
        addTo(part.check, part.from + done, buffer.position(start));
      }
      buffer.limit(limit).position(start + length);
      if (transformed) {
        transform(segment.asSlice(start, length), part.view);
      }
      done += length;
      if (!buffer.hasRemaining()) {
        flushed += flush(buffer, at + flushed, buffers);
      }
    }
    return flushed;
  }

  /** Adds the CRC-32 of the buffer's content, which begins at this byte of the record. */
  private void addTo(RecordSum check, long from, ByteBuffer piece) {
    long after = check.size() - from - piece.remaining();
    crc.reset();
    crc.update(piece);
    check.add((int) crc.getValue(), after);
  }

  private int flush(ByteBuffer buffer, long at, ThreadBuffers buffers)
      throws CheckpointException, IOException {
    buffer.flip();
    int length = buffer.remaining();
    sink.write(buffer, at, buffers);
    buffer.clear();
    return length;
  }

  static boolean isTransformed(TensorView view) {
    return view.conjugated()
        || view.negated()
        || (view.storage().order() == ByteOrder.BIG_ENDIAN
            && view.storage().dtype().swapSize() > 1);
  }

  /** Applies the byte order and the conj and neg bits of a view to elements. */
  static void transform(MemorySegment bytes, TensorView view) {
    if (view.storage().order() == ByteOrder.BIG_ENDIAN) {
      ElementBytes.swap(bytes, view.storage().dtype().swapSize());
    }
    if (view.conjugated()) {
      ElementBytes.conjugate(bytes, view.dtype());
    }
    if (view.negated()) {
      ElementBytes.negate(bytes, view.dtype());
    }
  }
}
