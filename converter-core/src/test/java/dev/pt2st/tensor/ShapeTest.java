package dev.pt2st.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final long LARGE = 1L << 40;

  @Test
  void elementsAreCounted() {
    assertThat(Shape.of().elementCount()).isEqualTo(1);
    assertThat(Shape.of(2, 3).elementCount()).isEqualTo(6);
    assertThat(Shape.of(Long.MAX_VALUE).elementCount()).isEqualTo(Long.MAX_VALUE);
  }

  /** PyTorch and safetensors multiply from the first size on, and so it is here. */
  @Test
  void aZeroKeepsFromOverflowOnlyWhatComesBehindIt() {
    assertThat(Shape.of(0, LARGE, LARGE).elementCount()).isZero();
    assertThat(Shape.of(LARGE, 0, LARGE).elementCount()).isZero();
    assertThatThrownBy(() -> Shape.of(LARGE, LARGE, 0).elementCount())
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 31).elementCount())
        .isInstanceOf(ArithmeticException.class);
  }

  /** Shapes with one hash do not stand for each other, and what is shared is not the caller's. */
  @Test
  void aShapeIsWhatItWasMadeOf() {
    for (long i = 0; i < 5000; i++) {
      long[] dimensions = {i % 70, i, 3};
      Shape shape = Shape.of(dimensions);
      dimensions[0] = -7;
      assertThat(shape.toArray()).containsExactly(i % 70, i, 3);
      assertThat(Shape.of(i % 70, i, 3)).isEqualTo(shape);
    }
  }
}
