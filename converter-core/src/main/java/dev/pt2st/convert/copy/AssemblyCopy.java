package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Assembles a part of a tensor and writes it. */
final class AssemblyCopy implements CopyTask {
  private final Assembly assembly;
  private final long from;
  private final long to;
  private final Sink sink;

  /**
   * @param from the first element
   * @param to the element after the last
   * @param sink its position 0 is the start of the tensor
   */
  AssemblyCopy(Assembly assembly, long from, long to, Sink sink) {
    this.assembly = assembly;
    this.from = from;
    this.to = to;
    this.sink = sink;
  }

  @Override
  public void run(ThreadBuffers buffers) throws CheckpointException, IOException {
    int length = Math.toIntExact((to - from) * assembly.elementSize());
    ByteBuffer buffer = buffers.block(length).limit(length);
    assembly.fill(from, to, MemorySegment.ofBuffer(buffer), buffers);
    sink.write(buffer, from * assembly.elementSize(), buffers);
  }
}
