package dev.pt2st.convert.plan;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.Optional;

/**
 * The source of a planned tensor's bytes, as far as a plan shows it. Pure data: nothing has been
 * read yet. Only a plan makes instances.
 */
public interface PlannedData {

  /** The dtype of the elements as they are written. */
  DType dtype();

  /** Sizes as they are written, in elements of {@link #dtype()}, outermost first. */
  Shape shape();

  /** The dtype of the elements before a cast; empty if they are not cast. */
  default Optional<DType> castFrom() {
    return Optional.empty();
  }

  /**
   * Bytes that are processed in addition to those that are written. An expanded view has more
   * elements than its storage, so this estimates the work better than the size of the file does.
   */
  default long workBytes() {
    return 0;
  }

  /**
   * The size of the written elements in bytes.
   *
   * @throws ArithmeticException if that does not fit a {@code long}
   */
  default long byteSize() {
    return Math.multiplyExact(shape().elementCount(), dtype().byteSize());
  }
}
