package dev.pt2st.convert.plan;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.Optional;

/**
 * What the bytes of a planned tensor are made from, as far as a plan shows it. Pure data: nothing
 * has been read yet. Only a plan makes these.
 */
public interface PlannedData {

  /** Of the elements as they are written. */
  DType dtype();

  /** Sizes as they are written, in elements of {@link #dtype()}, outermost first. */
  Shape shape();

  /** The dtype that the elements have before they are cast; empty if they are not. */
  default Optional<DType> castFrom() {
    return Optional.empty();
  }

  /**
   * Bytes that are gone through besides those that are written. A view repeats its elements for
   * nothing, so this says more of the work than the size of the file.
   */
  default long workBytes() {
    return 0;
  }

  /**
   * Bytes when written in full.
   *
   * @throws ArithmeticException if that does not fit a {@code long}
   */
  default long byteSize() {
    return Math.multiplyExact(shape().elementCount(), dtype().byteSize());
  }
}
