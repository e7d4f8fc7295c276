package dev.pt2st.verify;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** Where two models are not the same: the one that is expected, and the one that was found. */
public sealed interface Difference {

  /** The name of the tensor. */
  String name();

  /**
   * A tensor of the expected model that the other lacks.
   *
   * @param name of the tensor
   * @param dtype in the expected model
   * @param shape in the expected model, as a safetensors header gives it
   */
  record Missing(String name, DType dtype, Shape shape) implements Difference {}

  /**
   * A tensor that the expected model has not.
   *
   * @param name of the tensor
   * @param dtype in the other model
   * @param shape in the other model, as a safetensors header gives it
   */
  record Unexpected(String name, DType dtype, Shape shape) implements Difference {}

  /**
   * A tensor of another dtype or shape.
   *
   * @param name of the tensor
   * @param expectedDType the dtype that is right
   * @param expectedShape the shape that is right, as a safetensors header gives it
   * @param foundDType the dtype in the other model
   * @param foundShape the shape in the other model
   */
  record OtherForm(
      String name, DType expectedDType, Shape expectedShape, DType foundDType, Shape foundShape)
      implements Difference {}

  /**
   * A tensor of which some elements differ.
   *
   * @param name of the tensor
   * @param dtype of both
   * @param shape of both, as a safetensors header gives it
   * @param first the first element that differs, counted in row-major order
   * @param expectedBits its bits where they are right, the sign bit highest
   * @param foundBits its bits in the other model
   * @param count how many elements differ
   */
  record OtherElements(
      String name,
      DType dtype,
      Shape shape,
      long first,
      long expectedBits,
      long foundBits,
      long count)
      implements Difference {

    /** The index of the first along each dimension. */
    public Shape index() {
      long[] index = new long[shape.rank()];
      long rest = first;
      for (int i = index.length - 1; i >= 0; i--) {
        index[i] = rest % shape.get(i);
        rest /= shape.get(i);
      }
      return Shape.of(index);
    }

    /** The value that is right, such as {@code -0.0} or {@code NaN}. */
    public String expectedValue() {
      return ElementValue.of(dtype, expectedBits);
    }

    /** The value in the other model. */
    public String foundValue() {
      return ElementValue.of(dtype, foundBits);
    }

    /** The bits that are right, such as {@code 0x3f800000}. */
    public String expectedHexadecimal() {
      return ElementValue.hexadecimal(dtype, expectedBits);
    }

    /** The bits in the other model. */
    public String foundHexadecimal() {
      return ElementValue.hexadecimal(dtype, foundBits);
    }
  }

  /**
   * A name that is not written as another tensor stands for it, which the metadata do not say.
   *
   * @param name of the tensor that is not written
   * @param expected the tensor that stands for it
   * @param found what the metadata say; null if nothing
   */
  record OtherStandIn(String name, String expected, @Nullable String found) implements Difference {}
}
