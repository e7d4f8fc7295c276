package dev.pt2st.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies a strided box of elements into a row of them. */
final class Gather {
  /** Elements on a side of the tiles in which two dimensions are exchanged. */
  private static final int TILE = 32;

  /** Shorter runs are copied element by element. */
  private static final int SHORT_RUN = 32;

  private Gather() {}

  /**
   * Gathers a block.
   *
   * @param source the storage
   * @param target takes the elements from its start
   */
  static void gather(
      MemorySegment source, MemorySegment target, StridedBlocks.Block block, int elementSize) {
    int rank = block.size().length;
    int last = rank - 1;
    int tiled = block.closest() >= 0 && block.closest() < last ? block.closest() : -1;
    long[] targetStride = new long[rank];
    long step = 1;
    for (int i = last; i >= 0; i--) {
      targetStride[i] = step;
      step *= block.size()[i];
    }
    long[] index = new long[rank];
    long from = block.first();
    long to = 0;
    while (true) {
      if (tiled >= 0) {
        exchange(source, target, block, from, to, tiled, targetStride[tiled], elementSize);
      } else {
        run(source, target, from, to, block.size()[last], block.stride()[last], elementSize);
      }
      int dimension = last - 1;
      while (dimension >= 0) {
        if (dimension != tiled) {
          index[dimension]++;
          from += block.stride()[dimension];
          to += targetStride[dimension];
          if (index[dimension] < block.size()[dimension]) {
            break;
          }
          from -= block.stride()[dimension] * block.size()[dimension];
          to -= targetStride[dimension] * block.size()[dimension];
          index[dimension] = 0;
        }
        dimension--;
      }
      if (dimension < 0) {
        return;
      }
    }
  }

  /** One row along the last dimension. */
  private static void run(
      MemorySegment source,
      MemorySegment target,
      long from,
      long to,
      long count,
      long stride,
      int elementSize) {
    if (stride == 1 && count > SHORT_RUN) {
      MemorySegment.copy(source, from * elementSize, target, to * elementSize, count * elementSize);
      return;
    }
    move(source, target, from, to, 1, 0, 0, count, stride, elementSize);
  }

  /** Two dimensions, the tiled one and the last, tile by tile. */
  private static void exchange(
      MemorySegment source,
      MemorySegment target,
      StridedBlocks.Block block,
      long from,
      long to,
      int tiled,
      long tiledTarget,
      int elementSize) {
    int last = block.size().length - 1;
    long rows = block.size()[tiled];
    long columns = block.size()[last];
    long rowStride = block.stride()[tiled];
    long columnStride = block.stride()[last];
    for (long row = 0; row < rows; row += TILE) {
      long tileRows = Math.min(TILE, rows - row);
      for (long column = 0; column < columns; column += TILE) {
        long tileColumns = Math.min(TILE, columns - column);
        move(
            source,
            target,
            from + row * rowStride + column * columnStride,
            to + row * tiledTarget + column,
            tileRows,
            rowStride,
            tiledTarget,
            tileColumns,
            columnStride,
            elementSize);
      }
    }
  }

  /** Moves rows times columns elements; reads along the rows' dimension, which lies closest. */
  private static void move(
      MemorySegment source,
      MemorySegment target,
      long from,
      long to,
      long rows,
      long rowStride,
      long rowTarget,
      long columns,
      long columnStride,
      int elementSize) {
    int rowCount = (int) rows;
    for (long column = 0; column < columns; column++) {
      long in = (from + column * columnStride) * elementSize;
      long out = (to + column) * elementSize;
      long inStep = rowStride * elementSize;
      long outStep = rowTarget * elementSize;
      switch (elementSize) {
        case 1 -> bytes(source, target, in, out, rowCount, inStep, outStep);
        case 2 -> shorts(source, target, in, out, rowCount, inStep, outStep);
        case 4 -> ints(source, target, in, out, rowCount, inStep, outStep);
        case 8 -> longs(source, target, in, out, rowCount, inStep, outStep);
        default -> throw new IllegalArgumentException("elements of " + elementSize + " bytes");
      }
    }
  }

  private static void bytes(
      MemorySegment source,
      MemorySegment target,
      long in,
      long out,
      int n,
      long inStep,
      long outStep) {
    for (int i = 0; i < n; i++) {
      target.set(
          ValueLayout.JAVA_BYTE,
          out + i * outStep,
          source.get(ValueLayout.JAVA_BYTE, in + i * inStep));
    }
  }

  private static void shorts(
      MemorySegment source,
      MemorySegment target,
      long in,
      long out,
      int n,
      long inStep,
      long outStep) {
    for (int i = 0; i < n; i++) {
      target.set(
          ValueLayout.JAVA_SHORT_UNALIGNED,
          out + i * outStep,
          source.get(ValueLayout.JAVA_SHORT_UNALIGNED, in + i * inStep));
    }
  }

  private static void ints(
      MemorySegment source,
      MemorySegment target,
      long in,
      long out,
      int n,
      long inStep,
      long outStep) {
    for (int i = 0; i < n; i++) {
      target.set(
          ValueLayout.JAVA_INT_UNALIGNED,
          out + i * outStep,
          source.get(ValueLayout.JAVA_INT_UNALIGNED, in + i * inStep));
    }
  }

  private static void longs(
      MemorySegment source,
      MemorySegment target,
      long in,
      long out,
      int n,
      long inStep,
      long outStep) {
    for (int i = 0; i < n; i++) {
      target.set(
          ValueLayout.JAVA_LONG_UNALIGNED,
          out + i * outStep,
          source.get(ValueLayout.JAVA_LONG_UNALIGNED, in + i * inStep));
    }
  }
}
