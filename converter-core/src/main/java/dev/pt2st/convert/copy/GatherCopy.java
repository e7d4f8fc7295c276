package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.record.StorageSource;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.tensor.view.TensorView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Gathers some blocks of a strided tensor. */
final class GatherCopy implements CopyTask {
  private final StridedBlocks blocks;
  private final long from;
  private final long to;
  private final StorageSource source;
  private final TensorView view;
  private final Sink sink;

  /**
   * @param from the first block
   * @param to the block after the last
   * @param sink its position 0 is the start of the tensor
   */
  GatherCopy(
      StridedBlocks blocks, long from, long to, StorageSource source, TensorView view, Sink sink) {
    this.blocks = blocks;
    this.from = from;
    this.to = to;
    this.source = source;
    this.view = view;
    this.sink = sink;
  }

  @Override
  public void run(ThreadBuffers buffers) throws CheckpointException, IOException {
    int elementSize = view.dtype().byteSize();
    ByteBuffer buffer = buffers.block(blocks.blockBytes() * (to - from));
    long first = blocks.block(from).start();
    Gather gather = new Gather(elementSize);
    for (long index = from; index < to; index++) {
      StridedBlocks.Block block = blocks.block(index);
      int length = Math.toIntExact(block.elements() * elementSize);
      MemorySegment target = MemorySegment.ofBuffer(buffer.slice(buffer.position(), length));
      gather.gather(source.bytes(), target, block);
      buffer.position(buffer.position() + length);
    }
    buffer.flip();
    DirectCopy.transform(MemorySegment.ofBuffer(buffer), view);
    sink.write(buffer, first * elementSize, buffers);
  }
}
