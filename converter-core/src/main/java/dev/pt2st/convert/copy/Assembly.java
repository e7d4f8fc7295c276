package dev.pt2st.convert.copy;

import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * The pieces of a tensor, so that any part of it can be put together on its own: what is written is
 * written in order, however the pieces lie in one another's rows.
 */
final class Assembly {
  /** In the order of their first elements in the output. */
  private final Box[] boxes;

  /** For each box the furthest end of it and all before it, in elements of the output. */
  private final long[] ends;

  private final long elements;
  private final int elementSize;

  Assembly(ShardedContent tensor, Function<TensorView, Box.Source> sources) {
    List<ShardedContent.Piece> pieces = tensor.pieces();
    this.boxes = new Box[pieces.size()];
    this.ends = new long[pieces.size()];
    long end = 0;
    for (int i = 0; i < boxes.length; i++) {
      ShardedContent.Piece piece = pieces.get(i);
      boxes[i] = new Box(piece, tensor.grid(), sources.apply(piece.view()));
      end = Math.max(end, boxes[i].end());
      ends[i] = end;
    }
    this.elements = tensor.shape().elementCount();
    this.elementSize = tensor.dtype().byteSize();
  }

  long elements() {
    return elements;
  }

  /** Bytes of an element. */
  int elementSize() {
    return elementSize;
  }

  /**
   * Puts a part of the tensor together.
   *
   * @param from its first element
   * @param to the element behind its last
   */
  void fill(long from, long to, MemorySegment target) throws IOException {
    int low = 0;
    int high = boxes.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > from) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (int i = low; i < boxes.length && boxes[i].first() < to; i++) {
      if (boxes[i].end() > from) {
        boxes[i].fill(from, to, target);
      }
    }
  }
}
