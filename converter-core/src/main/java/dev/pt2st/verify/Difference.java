package dev.pt2st.verify;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** A difference between two models, the expected one and the one that was found. */
public sealed interface Difference {

  /** The name of the tensor. */
  String name();

  /**
   * A tensor that only the expected model has.
   *
   * @param name of the tensor
   * @param dtype in the expected model
   * @param shape in the expected model, as a safetensors header gives it
   */
  record Missing(String name, DType dtype, Shape shape) implements Difference {}

  /**
   * A tensor that only the other model has.
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
   * @param expectedDType the dtype in the expected model
   * @param expectedShape the shape in the expected model, as a safetensors header gives it
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
   * @param dtype the dtype in both models
   * @param shape the shape in both models, as a safetensors header gives it
   * @param first the first element that differs, counted in row-major order
   * @param expectedBits its bits in the expected model, the sign bit highest
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

    /** The index of the first differing element along each dimension. */
    public Shape index() {
      long[] index = new long[shape.rank()];
      long rest = first;
      for (int i = index.length - 1; i >= 0; i--) {
        index[i] = rest % shape.get(i);
        rest /= shape.get(i);
      }
      return Shape.of(index);
    }

    /** The expected value of the first differing element, such as {@code -0.0} or {@code NaN}. */
    public String expectedValue() {
      return ElementValue.of(dtype, expectedBits);
    }

    /** Its value in the other model. */
    public String foundValue() {
      return ElementValue.of(dtype, foundBits);
    }

    /** Its expected bits, such as {@code 0x3f800000}. */
    public String expectedHexadecimal() {
      return ElementValue.hexadecimal(dtype, expectedBits);
    }

    /** Its bits in the other model. */
    public String foundHexadecimal() {
      return ElementValue.hexadecimal(dtype, foundBits);
    }
  }

  /**
   * A tensor that is not written because another tensor has the same elements, and the metadata do
   * not name that tensor.
   *
   * @param name of the tensor that is not written
   * @param expected the tensor that has its elements
   * @param found the tensor that the metadata name; null if none
   */
  record OtherStandIn(String name, String expected, @Nullable String found) implements Difference {}
}
