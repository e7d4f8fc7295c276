package dev.pt2st.convert.copy;

import dev.pt2st.convert.copy.record.PieceReader;
import dev.pt2st.convert.copy.sink.ThreadBuffers;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.ShardedContent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assembles any part of a tensor from its pieces, so that the output is written in order even if
 * rows run through several pieces. Two numbers per piece are kept while the tensor is written.
 */
final class Assembly {
  private final PieceReader pieces;
  private final Shape grid;
  private final long elements;
  private final int elementSize;
  private @Nullable Order order;
  private long left;

  /** The pieces in the order of the output. */
  private static final class Order {
    /** The first element of each piece in the output. */
    final long[] firsts;

    /** For each piece, the furthest end of it and all earlier ones. */
    final long[] ends;

    Order(List<ShardedContent.Piece> pieces, Shape grid) {
      firsts = new long[pieces.size()];
      ends = new long[firsts.length];
      long end = 0;
      for (int i = 0; i < firsts.length; i++) {
        Box.Extent extent = Box.extent(pieces.get(i), grid);
        firsts[i] = extent.first();
        end = Math.max(end, extent.end());
        ends[i] = end;
      }
    }
  }

  Assembly(PieceReader pieces) {
    ShardedContent tensor = pieces.tensor();
    this.pieces = pieces;
    this.grid = tensor.grid();
    this.elements = tensor.shape().elementCount();
    this.elementSize = tensor.dtype().byteSize();
    this.left = elements;
  }

  long elements() {
    return elements;
  }

  /** How many pieces the tensor has. */
  long pieces() {
    return pieces.count();
  }

  /** Bytes of an element. */
  int elementSize() {
    return elementSize;
  }

  private synchronized Order order() {
    Order known = order;
    if (known == null) {
      known = new Order(pieces.tensor().pieces(), grid);
      order = known;
    }
    return known;
  }

  /** Releases what is no longer needed when all parts are assembled. */
  private synchronized void done(long count) {
    left -= count;
    if (left == 0) {
      order = null;
    }
  }

  /**
   * Assembles a part of the tensor; each part is requested once.
   *
   * @param from its first element
   * @param to the element after its last
   */
  void fill(long from, long to, MemorySegment target, ThreadBuffers buffers) throws IOException {
    Order known = order();
    int low = 0;
    int high = known.ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (known.ends[middle] > from) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (int i = low; i < known.firsts.length && known.firsts[i] < to; i++) {
      ShardedContent.Piece piece = pieces.piece(i);
      new Box(piece, grid, pieces.source(i, piece)).fill(from, to, target, buffers);
    }
    done(to - from);
  }
}
