package dev.pt2st.tensor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Sizes or strides, outermost dimension first. Immutable.
 *
 * @param dimensions one number a dimension
 */
public record Shape(List<Long> dimensions) {
  public Shape {
    dimensions = List.copyOf(dimensions);
  }

  public static Shape of(long... dimensions) {
    return new Shape(LongStream.of(dimensions).boxed().toList());
  }

  public int rank() {
    return dimensions.size();
  }

  public long get(int dimension) {
    return dimensions.get(dimension);
  }

  public long[] toArray() {
    return dimensions.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * The product of all sizes; 1 for a scalar.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long elementCount() {
    // A zero makes the whole product zero, also where the other sizes alone would overflow.
    if (dimensions.contains(0L)) {
      return 0;
    }
    long count = 1;
    for (long size : dimensions) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** The strides, in elements, of a row-major tensor of this shape without holes. */
  public Shape contiguousStrides() {
    long[] strides = new long[rank()];
    long next = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      strides[i] = next;
      next *= Math.max(1, get(i));
    }
    return of(strides);
  }

  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
