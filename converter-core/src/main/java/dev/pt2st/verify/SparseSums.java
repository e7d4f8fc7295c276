package dev.pt2st.verify;

import static dev.pt2st.io.LittleEndian.BYTE;
import static dev.pt2st.io.LittleEndian.DOUBLE;
import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.INT;
import static dev.pt2st.io.LittleEndian.LONG;
import static dev.pt2st.io.LittleEndian.SHORT;

import dev.pt2st.tensor.DType;
import dev.pt2st.torch.value.SparseContent;
import java.lang.foreign.MemorySegment;

/**
 * The arithmetic with which {@code to_dense()} adds up the values of a sparse tensor, one number at
 * a time. It depends on three things: whether PyTorch adds (coordinates, compressed single
 * elements) or scatters (entries with a block or dense dimensions), whether it works element by
 * element, and the dtype; see {@code add_out_dense_sparse_cpu} of {@code SparseTensorMath.cpp} and
 * {@code index_add_cpu_out} of {@code TensorAdvancedIndexing.cpp} in {@code aten/src/ATen/native}.
 */
final class SparseSums {

  private final DType dtype;

  /** Whether 16-bit floats are summed in float32 and rounded once at the end. */
  private final boolean roundedOnce;

  /** Whether complex numbers are multiplied by one before they are added. */
  private final boolean multiplied;

  /** Whether a float16 NaN keeps only its sign. */
  private final boolean bare;

  SparseSums(SparseContent tensor) {
    this.dtype = tensor.values().dtype();
    boolean scattered;
    switch (tensor) {
      case SparseContent.Compressed compressed -> {
        scattered = compressed.values().shape().rank() > compressed.plainIndices().shape().rank();
        this.bare = true;
      }
      case SparseContent.Coordinates coordinates -> {
        scattered = false;
        this.bare =
            coordinates.values().shape().rank() == 1
                && coordinates.values().isContiguous()
                && (Boolean.TRUE.equals(coordinates.coalesced())
                    || coordinates.values().shape().get(0) == 1);
      }
    }
    this.roundedOnce = scattered && (dtype == DType.F16 || dtype == DType.BF16);
    // complex32 is never scattered.
    this.multiplied = dtype.isComplex() && (!scattered || dtype == DType.COMPLEX32);
  }

  /** Bytes of a sum. */
  int size() {
    return roundedOnce ? Float.BYTES : dtype.byteSize();
  }

  /**
   * Adds values to as many sums.
   *
   * @param from the byte where the first value begins
   * @param to the byte where the first sum begins
   */
  void add(MemorySegment values, long from, MemorySegment sums, long to, long count) {
    for (long i = 0; i < count; i++) {
      addOne(values, from + i * dtype.byteSize(), sums, to + i * size());
    }
  }

  private void addOne(MemorySegment values, long from, MemorySegment sums, long to) {
    switch (dtype) {
      case BOOL -> sums.set(BYTE, to, values.get(BYTE, from) == 0 ? sums.get(BYTE, to) : 1);
      case U8, I8 -> sums.set(BYTE, to, (byte) (sums.get(BYTE, to) + values.get(BYTE, from)));
      case I16 -> sums.set(SHORT, to, (short) (sums.get(SHORT, to) + values.get(SHORT, from)));
      case I32 -> sums.set(INT, to, sums.get(INT, to) + values.get(INT, from));
      case I64 -> sums.set(LONG, to, sums.get(LONG, to) + values.get(LONG, from));
      case F32 -> sums.set(FLOAT, to, sums.get(FLOAT, to) + values.get(FLOAT, from));
      case F64 -> sums.set(DOUBLE, to, sums.get(DOUBLE, to) + values.get(DOUBLE, from));
      case F16, BF16 -> {
        float value = narrow(values.get(SHORT, from));
        if (roundedOnce) {
          sums.set(FLOAT, to, sums.get(FLOAT, to) + value);
        } else {
          sums.set(SHORT, to, rounded(narrow(sums.get(SHORT, to)) + value, bare));
        }
      }
      case COMPLEX32 -> {
        float real = narrow(values.get(SHORT, from));
        float imaginary = narrow(values.get(SHORT, from + 2));
        float sum = narrow(sums.get(SHORT, to)) + (real - 0f * imaginary);
        float otherSum = narrow(sums.get(SHORT, to + 2)) + (imaginary + 0f * real);
        sums.set(SHORT, to, Float.floatToFloat16(sum));
        sums.set(SHORT, to + 2, Float.floatToFloat16(otherSum));
      }
      case C64 -> {
        float real = values.get(FLOAT, from);
        float imaginary = values.get(FLOAT, from + 4);
        float addend = multiplied ? real - 0f * imaginary : real;
        float otherAddend = multiplied ? imaginary + 0f * real : imaginary;
        sums.set(FLOAT, to, sums.get(FLOAT, to) + addend);
        sums.set(FLOAT, to + 4, sums.get(FLOAT, to + 4) + otherAddend);
      }
      case COMPLEX128 -> {
        double real = values.get(DOUBLE, from);
        double imaginary = values.get(DOUBLE, from + 8);
        double addend = multiplied ? real - 0d * imaginary : real;
        double otherAddend = multiplied ? imaginary + 0d * real : imaginary;
        sums.set(DOUBLE, to, sums.get(DOUBLE, to) + addend);
        sums.set(DOUBLE, to + 8, sums.get(DOUBLE, to + 8) + otherAddend);
      }
      default -> throw new IllegalArgumentException(dtype + " is not added");
    }
  }

  private float narrow(short bits) {
    return dtype == DType.BF16 ? Float.intBitsToFloat(bits << 16) : Float.float16ToFloat(bits);
  }

  private short rounded(float sum, boolean signOnly) {
    if (dtype == DType.BF16) {
      return Float.isNaN(sum) ? (short) 0x7fc0 : brain(sum);
    }
    short half = Float.floatToFloat16(sum);
    return Float.isNaN(sum) && signOnly ? (short) ((half & 0x8000) | 0x7e00) : half;
  }

  /** Rounds to nearest, ties to even. */
  private static short brain(float number) {
    int bits = Float.floatToRawIntBits(number);
    int rest = bits & 0xffff;
    boolean up = rest > 0x8000 || (rest == 0x8000 && (bits & 0x10000) != 0);
    return (short) ((bits >>> 16) + (up ? 1 : 0));
  }

  /** Converts sums to elements of the tensor, in place. */
  void finish(MemorySegment sums, long count) {
    for (long i = 0; roundedOnce && i < count; i++) {
      float sum = sums.get(FLOAT, i * Float.BYTES);
      boolean brainNan = dtype == DType.BF16 && Float.isNaN(sum);
      sums.set(SHORT, i * Short.BYTES, brainNan ? (short) 0xffff : rounded(sum, false));
    }
  }
}
