package dev.pt2st.verify;

import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The elements of a tensor in pieces: for each element, the piece is looked for that holds its
 * indices, and the element in it. Those behind it in the same row of the piece are taken with it.
 */
final class AssembledBytes implements TensorBytes {
  private final Shape grid;
  private final int elementBytes;
  private final long size;

  /** Sorted by the first index of their first elements. */
  private final List<Placed> placed = new ArrayList<>();

  /** For each piece the furthest end, in the first dimension, of it and all before it. */
  private final long[] ends;

  /** A piece with the bytes of its elements. */
  private record Placed(Piece piece, StridedBytes bytes) {
    long begin() {
      return piece.offsets().rank() == 0 ? 0 : piece.offsets().get(0);
    }

    long end() {
      return begin() + (piece.offsets().rank() == 0 ? 1 : piece.view().shape().get(0));
    }

    boolean holds(long[] index) {
      for (int i = 0; i < index.length; i++) {
        long inside = index[i] - piece.offsets().get(i);
        if (inside < 0 || inside >= piece.view().shape().get(i)) {
          return false;
        }
      }
      return true;
    }

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
    for (Piece piece : tensor.pieces()) {
      placed.add(
          new Placed(piece, new StridedBytes(piece.view(), storages.get(piece.view().storage()))));
    }
    placed.sort(Comparator.comparingLong(Placed::begin));
    this.ends = new long[placed.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end = Math.max(end, placed.get(i).end());
      ends[i] = end;
    }
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
    int high = placed.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (placed.get(middle).begin() > first) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    for (int i = low - 1; i >= 0 && ends[i] > first; i--) {
      if (placed.get(i).holds(index)) {
        return placed.get(i);
      }
    }
    throw new IllegalStateException("no piece holds an element of the tensor");
  }
}
