package dev.pt2st.convert.numeric;

import static dev.pt2st.io.LittleEndian.BYTE;
import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Sums of integers, which wrap around, and of booleans, which are true if any is true. */
final class IntegerAdders {
  private IntegerAdders() {}

  static Adder of(DType dtype) {
    return switch (dtype.byteSize()) {
      case 1 ->
          new Adder(1) {
            @Override
            public void add(
                MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < count; i++) {
                int sum = sums.get(BYTE, to + i) + values.get(BYTE, from + i);
                sums.set(BYTE, to + i, (byte) sum);
              }
            }
          };
      case 2 ->
          new Adder(2) {
            @Override
            public void add(
                MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 2 * count; i += 2) {
                int sum = sums.get(SHORT, to + i) + values.get(SHORT, from + i);
                sums.set(SHORT, to + i, (short) sum);
              }
            }
          };
      case 4 ->
          new Adder(4) {
            @Override
            public void add(
                MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 4 * count; i += 4) {
                sums.set(INT, to + i, sums.get(INT, to + i) + values.get(INT, from + i));
              }
            }
          };
      case 8 ->
          new Adder(8) {
            @Override
            public void add(
                MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 8 * count; i += 8) {
                sums.set(LONG, to + i, sums.get(LONG, to + i) + values.get(LONG, from + i));
              }
            }
          };
      default -> throw new IllegalArgumentException(dtype + " is not an integer");
    };
  }

  static Adder or() {
    return new Adder(1) {
      @Override
      public void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
        for (long i = 0; i < count; i++) {
          // Any byte other than 0 is true.
          if (values.get(BYTE, from + i) != 0) {
            sums.set(BYTE, to + i, (byte) 1);
          }
        }
      }
    };
  }
}
