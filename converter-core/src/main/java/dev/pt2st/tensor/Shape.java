package dev.pt2st.tensor;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Sizes or strides, in elements, outermost dimension first. Immutable. */
public final class Shape {
  private static final long UNKNOWN = -1;
  private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

  /**
   * Recently used shapes, by hash: a model may have a million tensors, but few different shapes and
   * strides. Shapes are immutable, so threads may share entries without locks.
   */
  private static final @Nullable Shape[] RECENT = new @Nullable Shape[1 << 10];

  private static final int MOST_RECENT_RANK = 8;

  private final long[] dimensions;

  /**
   * Cached, as it is used many times for each tensor; threads that compute it at once get the same.
   */
  private volatile long elementCount = UNKNOWN;

  private Shape(long[] dimensions) {
    this.dimensions = dimensions;
  }

  /** One size or stride for each dimension. */
  public static Shape of(long... dimensions) {
    int slot = Arrays.hashCode(dimensions) & (RECENT.length - 1);
    Shape recent = RECENT[slot];
    if (recent != null && Arrays.equals(recent.dimensions, dimensions)) {
      return recent;
    }
    Shape shape = new Shape(dimensions.clone());
    if (dimensions.length <= MOST_RECENT_RANK) {
      RECENT[slot] = shape;
    }
    return shape;
  }

  /** The number of dimensions; 0 for a scalar. */
  public int rank() {
    return dimensions.length;
  }

  /**
   * The size or stride of one dimension, in elements.
   *
   * @param dimension from 0, the outermost
   * @throws IndexOutOfBoundsException if there is no such dimension
   */
  public long get(int dimension) {
    return dimensions[dimension];
  }

  /** All sizes or strides, in a new array. */
  public long[] toArray() {
    return dimensions.clone();
  }

  /** A shape with these dimensions and one more, innermost. */
  public Shape with(long last) {
    long[] more = Arrays.copyOf(dimensions, dimensions.length + 1);
    more[dimensions.length] = last;
    return new Shape(more);
  }

  /**
   * The product of all sizes; 1 for a scalar.
   *
   * @throws ArithmeticException if it does not fit a {@code long} when multiplied from the first
   *     size to the last. A zero after sizes that overflow is no exception, as in PyTorch ({@code
   *     safe_multiplies_u64} of {@code c10/util/safe_numerics.h}) and in the reference reader of
   *     safetensors ({@code validate})
   */
  public long elementCount() {
    long known = elementCount;
    return known == UNKNOWN ? count() : known;
  }

  private long count() {
    long count = 1;
    boolean overflown = false;
    for (long size : dimensions) {
      overflown |= Math.multiplyHigh(count, size) != 0 || count * size < 0;
      count *= size;
    }
    if (overflown) {
      throw new ArithmeticException("the number of elements of " + this + " overflows");
    }
    elementCount = count;
    return count;
  }

  /** The strides, in elements, of a contiguous row-major tensor of this shape. */
  public Shape contiguousStrides() {
    long[] strides = new long[rank()];
    long next = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      strides[i] = next;
      next *= Math.max(1, dimensions[i]);
    }
    return new Shape(strides);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  /** Seeded differently in each run, so that no file can make shapes collide. */
  @Override
  public int hashCode() {
    long hash = SECRET;
    for (long dimension : dimensions) {
      hash = Long.rotateLeft((hash ^ dimension) * SECRET, 29);
    }
    return Long.hashCode(hash * SECRET);
  }

  /** As PyTorch prints it: {@code [2, 3]}. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (long dimension : dimensions) {
      text.add(Long.toString(dimension));
    }
    return text.toString();
  }
}
