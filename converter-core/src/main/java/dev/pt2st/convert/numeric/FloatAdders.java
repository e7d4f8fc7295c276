package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.DOUBLE;
import static dev.pt2st.io.LittleEndian.FLOAT;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Sums in float32 and float64. */
final class FloatAdders {
  private FloatAdders() {}

  static Adder of(DType dtype) {
    return dtype == DType.F32 ? new OfFloats(1) : new OfDoubles(1);
  }

  /**
   * Elements of one number, or of two if both parts of a complex number are added independently.
   */
  static final class OfFloats extends Adder {
    private final int parts;

    OfFloats(int parts) {
      super(Float.BYTES * parts);
      this.parts = parts;
    }

    @Override
    public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
      for (long i = 0; i < 4L * parts * count; i += 4) {
        sums.set(FLOAT, to + i, sums.get(FLOAT, to + i) + values.get(FLOAT, from + i));
      }
    }
  }

  /**
   * Elements of one number, or of two if both parts of a complex number are added independently.
   */
  static final class OfDoubles extends Adder {
    private final int parts;

    OfDoubles(int parts) {
      super(Double.BYTES * parts);
      this.parts = parts;
    }

    @Override
    public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
      for (long i = 0; i < 8L * parts * count; i += 8) {
        sums.set(DOUBLE, to + i, sums.get(DOUBLE, to + i) + values.get(DOUBLE, from + i));
      }
    }
  }
}
