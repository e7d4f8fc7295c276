package dev.pt2st.convert;

import dev.pt2st.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Sums of integers, which wrap around, and of truth values, which are true if one is. */
final class IntegerAdders {
  private IntegerAdders() {}

  static Adder of(DType dtype) {
    return switch (dtype.byteSize()) {
      case 1 ->
          new Adder(1) {
            @Override
            void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < count; i++) {
                int sum = sums.get(Elements.BYTE, to + i) + values.get(Elements.BYTE, from + i);
                sums.set(Elements.BYTE, to + i, (byte) sum);
              }
            }
          };
      case 2 ->
          new Adder(2) {
            @Override
            void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 2 * count; i += 2) {
                int sum = sums.get(Elements.SHORT, to + i) + values.get(Elements.SHORT, from + i);
                sums.set(Elements.SHORT, to + i, (short) sum);
              }
            }
          };
      case 4 ->
          new Adder(4) {
            @Override
            void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 4 * count; i += 4) {
                sums.set(
                    Elements.INT,
                    to + i,
                    sums.get(Elements.INT, to + i) + values.get(Elements.INT, from + i));
              }
            }
          };
      case 8 ->
          new Adder(8) {
            @Override
            void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
              for (long i = 0; i < 8 * count; i += 8) {
                sums.set(
                    Elements.LONG,
                    to + i,
                    sums.get(Elements.LONG, to + i) + values.get(Elements.LONG, from + i));
              }
            }
          };
      default -> throw new IllegalArgumentException(dtype + " is no integer");
    };
  }

  static Adder or() {
    return new Adder(1) {
      @Override
      void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
        for (long i = 0; i < count; i++) {
          // A byte that is neither 0 nor 1 is true too.
          if (values.get(Elements.BYTE, from + i) != 0) {
            sums.set(Elements.BYTE, to + i, (byte) 1);
          }
        }
      }
    };
  }
}
