package dev.pt2st.convert.copy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies strided boxes of elements into contiguous memory, one box after the other.
 *
 * <p>Elements are moved through arrays of their width, not one by one through the segments: a loop
 * over an array is compiled without a check for each element, which is several times faster.
 */
final class Gather {
  /** Side length, in elements, of the tiles in which two dimensions are transposed. */
  private static final int TILE = 64;

  /** Shorter runs are not worth a bulk copy. */
  private static final int SHORT_RUN = 16;

  /** The most source elements that are loaded at once to pick some of them. */
  private static final int SPAN = TILE * TILE;

  private final int elementSize;
  private final ValueLayout layout;
  private final Object in;
  private final Object out;

  /**
   * @param elementSize bytes of an element: 1, 2, 4 or 8
   */
  Gather(int elementSize) {
    this.elementSize = elementSize;
    switch (elementSize) {
      case 1 -> {
        layout = ValueLayout.JAVA_BYTE;
        in = new byte[SPAN];
        out = new byte[SPAN];
      }
      case 2 -> {
        layout = ValueLayout.JAVA_SHORT_UNALIGNED;
        in = new short[SPAN];
        out = new short[SPAN];
      }
      case 4 -> {
        layout = ValueLayout.JAVA_INT_UNALIGNED;
        in = new int[SPAN];
        out = new int[SPAN];
      }
      case 8 -> {
        layout = ValueLayout.JAVA_LONG_UNALIGNED;
        in = new long[SPAN];
        out = new long[SPAN];
      }
      default -> throw new IllegalArgumentException("elements of " + elementSize + " bytes");
    }
  }

  /**
   * Gathers a block.
   *
   * @param source the storage
   * @param target receives the elements from its start
   */
  void gather(MemorySegment source, MemorySegment target, StridedBlocks.Block block) {
    long[] size = block.size();
    long[] stride = block.stride();
    int last = size.length - 1;
    boolean exchanged =
        block.closest() >= 0 && block.closest() < last && stride[block.closest()] == 1;
    int tiled = exchanged ? block.closest() : last;
    long[] targetStride = new long[size.length];
    long step = 1;
    for (int i = last; i >= 0; i--) {
      targetStride[i] = step;
      step *= size[i];
    }
    long[] index = new long[size.length];
    long from = block.first();
    long to = 0;
    while (true) {
      if (exchanged) {
        exchange(
            source, target, from, to, size[tiled], targetStride[tiled], size[last], stride[last]);
      } else {
        run(source, target, from, to, size[last], stride[last]);
      }
      int dimension = last - 1;
      while (dimension >= 0) {
        if (dimension != tiled) {
          index[dimension]++;
          from += stride[dimension];
          to += targetStride[dimension];
          if (index[dimension] < size[dimension]) {
            break;
          }
          from -= stride[dimension] * size[dimension];
          to -= targetStride[dimension] * size[dimension];
          index[dimension] = 0;
        }
        dimension--;
      }
      if (dimension < 0) {
        return;
      }
    }
  }

  /** Gathers one row along the last dimension. */
  private void run(
      MemorySegment source, MemorySegment target, long from, long to, long count, long stride) {
    if (stride == 1 && count > SHORT_RUN) {
      MemorySegment.copy(source, from * elementSize, target, to * elementSize, count * elementSize);
      return;
    }
    // As many at once as fit a span of the source; elements that are far apart are read one by one.
    long atOnce = stride >= SPAN ? 1 : stride == 0 ? SPAN : (SPAN - 1) / stride + 1;
    for (long done = 0; done < count; done += atOnce) {
      int picked = (int) Math.min(atOnce, count - done);
      read(source, from + done * stride, 0, (int) ((picked - 1) * stride) + 1);
      switch (in) {
        case byte[] from8 -> pick(from8, (byte[]) out, picked, (int) stride);
        case short[] from16 -> pick(from16, (short[]) out, picked, (int) stride);
        case int[] from32 -> pick(from32, (int[]) out, picked, (int) stride);
        case long[] from64 -> pick(from64, (long[]) out, picked, (int) stride);
        default -> throw new IllegalStateException();
      }
      write(target, to + done, 0, picked);
    }
  }

  /**
   * Transposes two dimensions tile by tile: rows are contiguous in the source, and columns in the
   * target.
   */
  private void exchange(
      MemorySegment source,
      MemorySegment target,
      long from,
      long to,
      long rows,
      long rowTarget,
      long columns,
      long columnStride) {
    for (long row = 0; row < rows; row += TILE) {
      int tileRows = (int) Math.min(TILE, rows - row);
      for (long column = 0; column < columns; column += TILE) {
        int tileColumns = (int) Math.min(TILE, columns - column);
        for (int i = 0; i < tileColumns; i++) {
          read(source, from + row + (column + i) * columnStride, i * TILE, tileRows);
        }
        switch (in) {
          case byte[] from8 -> transpose(from8, (byte[]) out, tileRows, tileColumns);
          case short[] from16 -> transpose(from16, (short[]) out, tileRows, tileColumns);
          case int[] from32 -> transpose(from32, (int[]) out, tileRows, tileColumns);
          case long[] from64 -> transpose(from64, (long[]) out, tileRows, tileColumns);
          default -> throw new IllegalStateException();
        }
        for (int i = 0; i < tileRows; i++) {
          write(target, to + (row + i) * rowTarget + column, i * TILE, tileColumns);
        }
      }
    }
  }

  private void read(MemorySegment source, long element, int index, int count) {
    MemorySegment.copy(source, layout, element * elementSize, in, index, count);
  }

  private void write(MemorySegment target, long element, int index, int count) {
    MemorySegment.copy(out, index, target, layout, element * elementSize, count);
  }

  private static void pick(byte[] from, byte[] to, int count, int stride) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i * stride];
    }
  }

  private static void pick(short[] from, short[] to, int count, int stride) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i * stride];
    }
  }

  private static void pick(int[] from, int[] to, int count, int stride) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i * stride];
    }
  }

  private static void pick(long[] from, long[] to, int count, int stride) {
    for (int i = 0; i < count; i++) {
      to[i] = from[i * stride];
    }
  }

  private static void transpose(byte[] from, byte[] to, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[row * TILE + column] = from[column * TILE + row];
      }
    }
  }

  private static void transpose(short[] from, short[] to, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[row * TILE + column] = from[column * TILE + row];
      }
    }
  }

  private static void transpose(int[] from, int[] to, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[row * TILE + column] = from[column * TILE + row];
      }
    }
  }

  private static void transpose(long[] from, long[] to, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to[row * TILE + column] = from[column * TILE + row];
      }
    }
  }
}
