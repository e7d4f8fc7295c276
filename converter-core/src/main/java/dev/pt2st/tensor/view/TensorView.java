package dev.pt2st.tensor.view;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;

/**
 * A strided view over a storage: what a checkpoint says about one tensor.
 *
 * @param storage what holds the elements
 * @param dtype how an element is read; may differ from the storage's
 * @param offset of the first element, in elements of {@code dtype} from the storage's start
 * @param shape sizes, outermost first
 * @param strides in elements, outermost first; a zero stride repeats elements, a negative one
 *     (NumPy only) runs backwards
 * @param conjugated whether the imaginary parts are to be negated (PyTorch's conj bit). In a view
 *     as real numbers ({@link #asReal}) these are every second element of the last dimension
 * @param negated whether the elements are to be negated (PyTorch's neg bit)
 */
public record TensorView(
    Storage storage,
    DType dtype,
    long offset,
    Shape shape,
    Shape strides,
    boolean conjugated,
    boolean negated) {

  public TensorView {
    if (shape.rank() != strides.rank()) {
      throw new IllegalArgumentException(
          "a shape of " + shape.rank() + " dimensions with " + strides.rank() + " strides");
    }
  }

  /** A view of the elements as they are, neither conjugated nor negated. */
  public TensorView(Storage storage, DType dtype, long offset, Shape shape, Shape strides) {
    this(storage, dtype, offset, shape, strides, false, false);
  }

  /**
   * Number of elements.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long elementCount() {
    return shape.elementCount();
  }

  /**
   * Bytes of the tensor when written in full.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long byteSize() {
    return Math.multiplyExact(elementCount(), dtype.byteSize());
  }

  /**
   * The offset, in the storage, of the first byte that the tensor uses. It spans the bytes from
   * here up to {@link #endByte()}.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long startByte() {
    long first = offset;
    for (int i = 0; i < shape.rank() && elementCount() > 0; i++) {
      if (strides.get(i) < 0) {
        first = Math.addExact(first, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
    }
    return Math.multiplyExact(first, dtype.byteSize());
  }

  /**
   * The offset, in the storage, after the last byte that the tensor uses.
   *
   * @throws ArithmeticException if it does not fit a {@code long}
   */
  public long endByte() {
    if (elementCount() == 0) {
      return startByte();
    }
    long last = offset;
    for (int i = 0; i < shape.rank(); i++) {
      if (strides.get(i) > 0) {
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
    }
    return Math.multiplyExact(Math.addExact(last, 1), dtype.byteSize());
  }

  /**
   * Whether the elements are in the storage exactly as they are written: row-major, without holes.
   */
  public boolean isContiguous() {
    if (elementCount() == 0) {
      return true;
    }
    long expected = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      // The stride of a dimension of size 1 is never used.
      if (shape.get(i) != 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= shape.get(i);
    }
    return true;
  }

  /** Whether it uses the whole storage from its start: "complete" in safetensors.torch. */
  public boolean isComplete() {
    return offset == 0 && byteSize() == storage.byteSize();
  }

  /**
   * The same elements as pairs of real numbers in a last dimension of 2 ({@code
   * torch.view_as_real}).
   *
   * @throws IllegalArgumentException if the elements are not complex
   */
  public TensorView asReal() {
    long[] steps = strides.toArray();
    for (int i = 0; i < steps.length; i++) {
      // A stride that is never used may be any number, even one whose double overflows.
      steps[i] *= shape.get(i) > 1 ? 2 : 1;
    }
    return new TensorView(
        storage,
        dtype.realPart(),
        2 * offset,
        shape.with(2),
        Shape.of(steps).with(1),
        conjugated,
        negated);
  }
}
