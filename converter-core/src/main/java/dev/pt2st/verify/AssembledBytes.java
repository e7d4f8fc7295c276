package dev.pt2st.verify;

import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor that is stored in pieces. Each element is looked up in the piece that
 * holds its indices; the following elements in the same row of the piece are taken with it.
 */
final class AssembledBytes implements TensorBytes {
  /**
   * The pieces of smaller tensors are not cached: there may be many, and each is read only once.
   */
  private static final long SMALL = 1 << 20;

  private static final int FEW = 1 << 12;

  private final Shape grid;
  private final int elementBytes;
  private final long size;

  private final List<Piece> pieces;
  private final StorageBytes storages;

  /** For each piece, the furthest end of it and all earlier ones in the first dimension. */
  private final long[] ends;

  /** Pieces that have been looked up; empty if they are not cached. */
  private final @Nullable Placed[] known;

  /** A piece with the bytes of its elements. */
  private record Placed(Piece piece, StridedBytes bytes) {
    /** The number of an element of the piece, counted row by row. */
    long number(long[] index) {
      long number = 0;
      for (int i = 0; i < index.length; i++) {
        number = number * piece.view().shape().get(i) + index[i] - piece.offsets().get(i);
      }
      return number;
    }
  }

  AssembledBytes(ShardedContent tensor, StorageBytes storages) {
    this.grid = tensor.grid();
    this.elementBytes = tensor.dtype().byteSize();
    this.size = tensor.shape().elementCount() * elementBytes;
    this.pieces = tensor.pieces();
    this.storages = storages;
    this.ends = new long[pieces.size()];
    this.known = new @Nullable Placed[size < SMALL || ends.length > FEW ? 0 : ends.length];
    long end = 0;
    long begin = 0;
    for (int i = 0; i < ends.length; i++) {
      Piece piece = pieces.get(i);
      if (begin(piece) < begin) {
        throw new IllegalArgumentException("pieces that are in no order");
      }
      begin = begin(piece);
      end = Math.max(end, begin + length(piece));
      ends[i] = end;
    }
  }

  private static long begin(Piece piece) {
    return piece.offsets().rank() == 0 ? 0 : piece.offsets().get(0);
  }

  private static long length(Piece piece) {
    return piece.offsets().rank() == 0 ? 1 : piece.view().shape().get(0);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, MemorySegment target) {
    long element = position / elementBytes;
    long end = element + target.byteSize() / elementBytes;
    long at = 0;
    int last = grid.rank() - 1;
    while (element < end) {
      long[] index = index(element);
      Placed found = find(index);
      long inRow =
          last < 0
              ? 1
              : found.piece.offsets().get(last)
                  + found.piece.view().shape().get(last)
                  - index[last];
      long count = Math.min(inRow, end - element);
      found.bytes.read(
          found.number(index) * elementBytes,
          target.asSlice(at * elementBytes, count * elementBytes));
      element += count;
      at += count;
    }
  }

  private long[] index(long element) {
    long[] index = new long[grid.rank()];
    long rest = element;
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = rest % grid.get(i);
      rest /= grid.get(i);
    }
    return index;
  }

  private Placed find(long[] index) {
    long first = index.length == 0 ? 0 : index[0];
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (begin(pieces.get(middle)) > first) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (int i = low - 1; i >= 0 && ends[i] > first; i--) {
      if (holds(pieces.get(i), index)) {
        return placed(i);
      }
    }
    throw new IllegalStateException("no piece holds an element of the tensor");
  }

  private static boolean holds(Piece piece, long[] index) {
    for (int i = 0; i < index.length; i++) {
      long inside = index[i] - piece.offsets().get(i);
      if (inside < 0 || inside >= piece.view().shape().get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Looks a piece up; threads that do so at the same time get equal ones. */
  private Placed placed(int number) {
    Placed found = number < known.length ? known[number] : null;
    if (found == null) {
      Piece piece = pieces.get(number);
      TensorView view = piece.view();
      found = new Placed(piece, new StridedBytes(view, storages.get(view.storage())));
      if (number < known.length) {
        known[number] = found;
      }
    }
    return found;
  }
}
