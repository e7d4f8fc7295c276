package dev.pt2st.convert;

import dev.pt2st.io.AtomicOutput;
import dev.pt2st.tensor.TensorView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Copies parts of tensors that lie in their storages as they are written. The parts follow each
 * other in the output without a hole, so they go through one buffer.
 */
final class DirectCopy implements Work {

  /**
   * A part of a tensor.
   *
   * @param from its first byte in the source
   * @param position its first byte in the output
   * @param check takes the CRC-32 on the way; null if another does, or none
   */
  record Part(
      Source source,
      TensorView view,
      long from,
      long length,
      long position,
      Source.@Nullable RecordCheck check) {}

  private final List<Part> parts;
  private final AtomicOutput output;
  private final ProgressListener progress;

  DirectCopy(List<Part> parts, AtomicOutput output, ProgressListener progress) {
    this.parts = parts;
    this.output = output;
    this.progress = progress;
  }

  @Override
  public void run(WorkBuffers buffers) throws IOException {
    ByteBuffer buffer = buffers.copy();
    CRC32 crc = new CRC32();
    long position = parts.getFirst().position;
    for (Part part : parts) {
      long done = 0;
      while (done < part.length) {
        int length = (int) Math.min(part.length - done, buffer.remaining());
        int start = buffer.position();
        part.source.read(part.from + done, length, buffer);
        ByteBuffer piece = buffer.slice(start, length);
        if (part.check != null) {
          crc.reset();
          crc.update(piece.duplicate());
          long after = part.check.source().size() - part.from - done - length;
          part.check.sum().add((int) crc.getValue(), after);
        }
        transform(MemorySegment.ofBuffer(piece), part.view);
        done += length;
        if (!buffer.hasRemaining()) {
          position += flush(buffer, position);
        }
      }
    }
    flush(buffer, position);
  }

  private int flush(ByteBuffer buffer, long position) throws IOException {
    buffer.flip();
    int length = buffer.remaining();
    output.write(buffer, position);
    progress.written(length);
    buffer.clear();
    return length;
  }

  /** Does to elements what their view asks for. */
  static void transform(MemorySegment bytes, TensorView view) {
    if (view.storage().order() == ByteOrder.BIG_ENDIAN) {
      Elements.swap(bytes, view.storage().dtype().swapSize());
    }
    if (view.conjugated() && view.dtype().isComplex()) {
      Elements.conjugate(bytes, view.dtype());
    }
    if (view.negated()) {
      Elements.negate(bytes, view.dtype());
    }
  }
}
