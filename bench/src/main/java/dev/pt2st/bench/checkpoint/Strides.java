package dev.pt2st.bench.checkpoint;

import java.util.List;

/** How the tensors of a generated checkpoint lie in their storages. */
public enum Strides {
  /** As they are written: one dimension. */
  CONTIGUOUS {
    @Override
    Geometry geometry(long elements) {
      return new Geometry(List.of(elements), List.of(1L));
    }
  },

  /** {@code weight.t()}: two dimensions, nearly square, column by column. */
  TRANSPOSED {
    @Override
    Geometry geometry(long elements) {
      long rows = (long) Math.sqrt((double) elements);
      long columns = elements / rows;
      return new Geometry(List.of(rows, columns), List.of(1L, rows));
    }
  },

  /**
   * The weights of a 3×3 convolution in {@code torch.channels_last}: output channels, input
   * channels, height, width, with the input channels side by side.
   */
  CHANNELS_LAST {
    @Override
    Geometry geometry(long elements) {
      // As many channels as models have: a power of two.
      long in = Long.highestOneBit((long) Math.sqrt((double) elements / (KERNEL * KERNEL)));
      if (in == 0) {
        throw new IllegalArgumentException(
            "a tensor of " + elements + " elements has none for channels_last; it takes 9");
      }
      long out = elements / (KERNEL * KERNEL * in);
      return new Geometry(
          List.of(out, in, KERNEL, KERNEL), List.of(KERNEL * KERNEL * in, 1L, KERNEL * in, in));
    }
  };

  private static final long KERNEL = 3;

  /**
   * The largest tensor of this kind that fits.
   *
   * @param elements room in the storage, at least 1
   */
  abstract Geometry geometry(long elements);

  /**
   * A tensor without holes.
   *
   * @param shape in elements
   * @param stride in elements of the storage
   */
  record Geometry(List<Long> shape, List<Long> stride) {
    /** The number of elements, and of those in the storage. */
    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }
}
