package dev.pt2st.convert.copy;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.copy.sink.Sink;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import java.io.IOException;

/** Makes some pieces of a sparse tensor dense. */
final class ScatterCopy implements CopyTask {
  private final Scatter scatter;
  private final int from;
  private final int to;
  private final Sink sink;

  /**
   * @param from the first piece
   * @param to the piece after the last
   * @param sink its position 0 is the start of the tensor
   */
  ScatterCopy(Scatter scatter, int from, int to, Sink sink) {
    this.scatter = scatter;
    this.from = from;
    this.to = to;
    this.sink = sink;
  }

  @Override
  public void run(ThreadBuffers buffers) throws CheckpointException, IOException {
    for (int piece = from; piece < to; piece++) {
      sink.write(scatter.make(piece, buffers), scatter.position(piece), buffers);
    }
  }
}
