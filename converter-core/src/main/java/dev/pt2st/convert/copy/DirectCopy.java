package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.numeric.ElementBytes;
import dev.pt2st.tensor.view.TensorView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Copies parts of tensors that lie in their storages as they are written. The parts follow each
 * other in the output without a hole, so they go through one buffer. A write straight from the
 * mapping is slower (bench/RESULTS.md), and a page that is gone ends it, or a CRC-32, less kindly
 * than a copy. Large parts do not come from the mapping at all, so that the memory of the process
 * does not grow with the file.
 */
final class DirectCopy implements CopyTask {

  /**
   * A part of a tensor.
   *
   * @param from its first byte in the source
   * @param check takes the CRC-32 on the way; null if another does, or none
   */
  record Part(
      StorageSource source,
      TensorView view,
      long from,
      long length,
      StorageSource.@Nullable RecordCheck check) {}

  private final List<Part> parts;
  private final Sink sink;
  private final long position;
  private final CRC32 crc = new CRC32();

  /**
   * @param position of the first part in the sink
   */
  DirectCopy(List<Part> parts, Sink sink, long position) {
    this.parts = parts;
    this.sink = sink;
    this.position = position;
  }

  @Override
  public void run(ThreadBuffers buffers) throws CheckpointException, IOException {
    ByteBuffer buffer = buffers.copy();
    MemorySegment segment = MemorySegment.ofBuffer(buffer);
    long at = position;
    for (Part part : parts) {
      at += copy(part, buffer, segment, at, buffers);
    }
    flush(buffer, at, buffers);
  }

  /** Copies through the buffer; gives how many bytes of it were flushed on the way. */
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

  /** Takes the CRC-32 of the rest of a buffer, whose first byte is that one of the record. */
  private void addTo(StorageSource.RecordCheck check, long from, ByteBuffer piece) {
    long after = check.source().size() - from - piece.remaining();
    crc.reset();
    crc.update(piece);
    check.sum().add((int) crc.getValue(), after);
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

  /** Does to elements what their view asks for. */
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
