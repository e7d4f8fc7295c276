package dev.pt2st.convert;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.TensorView;
import java.util.List;

/** What the bytes of a planned tensor are made from. Pure data: nothing has been read yet. */
public sealed interface TensorData {

  /** Of the elements as they are written. */
  DType dtype();

  /** Sizes as they are written, in elements of {@link #dtype()}. */
  Shape shape();

  /** Everything that is read to make it. */
  List<TensorView> views();

  /**
   * Bytes when written in full.
   *
   * @throws ArithmeticException if that does not fit a {@code long}
   */
  default long byteSize() {
    return Math.multiplyExact(shape().elementCount(), dtype().byteSize());
  }

  /**
   * Elements in another floating dtype.
   *
   * @param source what is cast; no cast itself
   * @param dtype of the result
   */
  record Cast(TensorData source, DType dtype) implements TensorData {
    public Cast {
      if (source instanceof Cast || !Caster.isFrom(source.dtype()) || !Caster.isTo(dtype)) {
        throw new IllegalArgumentException("no cast of " + source + " to " + dtype);
      }
    }

    @Override
    public Shape shape() {
      return source.shape();
    }

    @Override
    public List<TensorView> views() {
      return source.views();
    }
  }

  /**
   * The elements of a tensor as they are, in row-major and little-endian order.
   *
   * @param view where they lie
   */
  record Strided(TensorView view) implements TensorData {
    @Override
    public DType dtype() {
      return view.dtype();
    }

    @Override
    public Shape shape() {
      return view.shape();
    }

    @Override
    public List<TensorView> views() {
      return List.of(view);
    }
  }
}
