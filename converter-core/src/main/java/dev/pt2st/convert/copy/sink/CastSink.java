package dev.pt2st.convert.copy.sink;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.numeric.Caster;
import dev.pt2st.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * Casts the bytes that it receives to another dtype and passes them on, so that no producer of
 * bytes has to know about casts. The bytes must be whole elements.
 */
public final class CastSink implements Sink {
  private final DType from;
  private final DType to;
  private final Sink sink;
  private final LongAdder overflows = new LongAdder();

  /**
   * @param sink receives the elements of the new dtype
   */
  public CastSink(DType from, DType to, Sink sink) {
    this.from = from;
    this.to = to;
    this.sink = sink;
  }

  /** The number of finite elements that have become infinite. */
  public long overflows() {
    return overflows.sum();
  }

  @Override
  public void write(ByteBuffer bytes, long position, ThreadBuffers buffers)
      throws CheckpointException, IOException {
    MemorySegment source = MemorySegment.ofBuffer(bytes);
    Caster caster = buffers.caster();
    ByteBuffer target = buffers.cast();
    int elements = bytes.remaining() / from.byteSize();
    long written = position / from.byteSize();
    int done = 0;
    while (done < elements) {
      int count =
          Math.min(Math.min(Caster.RUN, elements - done), target.remaining() / to.byteSize());
      int overflown =
          caster.cast(
              from,
              source.asSlice((long) done * from.byteSize(), (long) count * from.byteSize()),
              to,
              MemorySegment.ofBuffer(target),
              count);
      if (overflown > 0) {
        overflows.add(overflown);
      }
      target.position(target.position() + count * to.byteSize());
      done += count;
      if (!target.hasRemaining() || done == elements) {
        target.flip();
        int flushed = target.remaining() / to.byteSize();
        sink.write(target, written * to.byteSize(), buffers);
        written += flushed;
        target.clear();
      }
    }
    bytes.position(bytes.limit());
  }
}
