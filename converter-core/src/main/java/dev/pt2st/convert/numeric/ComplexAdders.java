package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.DOUBLE;
import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Sums of complex numbers that PyTorch multiplies by one first, as {@code c10::complex} does: (1 +
 * 0i)(a + bi) is (1a - 0b) + (1b + 0a)i, so an infinite or NaN part makes the other part NaN.
 */
final class ComplexAdders {
  private ComplexAdders() {}

  static final class OfFloats extends Adder {
    OfFloats() {
      super(2 * Float.BYTES);
    }

    @Override
    public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
      for (long i = 0; i < 8 * count; i += 8) {
        float real = values.get(FLOAT, from + i);
        float imaginary = values.get(FLOAT, from + i + 4);
        sums.set(FLOAT, to + i, sums.get(FLOAT, to + i) + (real - 0f * imaginary));
        sums.set(FLOAT, to + i + 4, sums.get(FLOAT, to + i + 4) + (imaginary + 0f * real));
      }
    }
  }

  static final class OfDoubles extends Adder {
    OfDoubles() {
      super(2 * Double.BYTES);
    }

    @Override
    public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
      for (long i = 0; i < 16 * count; i += 16) {
        double real = values.get(DOUBLE, from + i);
        double imaginary = values.get(DOUBLE, from + i + 8);
        sums.set(DOUBLE, to + i, sums.get(DOUBLE, to + i) + (real - 0d * imaginary));
        sums.set(DOUBLE, to + i + 8, sums.get(DOUBLE, to + i + 8) + (imaginary + 0d * real));
      }
    }
  }

  static final class OfHalves extends Adder {
    OfHalves() {
      super(4);
    }

    @Override
    public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
      for (long i = 0; i < 4 * count; i += 4) {
        float real = Float.float16ToFloat(values.get(SHORT, from + i));
        float imaginary = Float.float16ToFloat(values.get(SHORT, from + i + 2));
        addTo(sums, to + i, real - 0f * imaginary);
        addTo(sums, to + i + 2, imaginary + 0f * real);
      }
    }

    private static void addTo(MemorySegment sums, long at, float number) {
      float sum = Float.float16ToFloat(sums.get(SHORT, at)) + number;
      sums.set(SHORT, at, Float.floatToFloat16(sum));
    }
  }
}
