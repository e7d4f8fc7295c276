package dev.pt2st.convert.copy;

import static dev.pt2st.io.LittleEndian.BYTE;
import static dev.pt2st.io.LittleEndian.FLOAT;
import static dev.pt2st.io.LittleEndian.INT;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.convert.copy.record.StorageSources;
import dev.pt2st.convert.planner.QuantizedRange;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import java.lang.foreign.MemorySegment;

/**
 * Dequantizes the integers of a quantized tensor with PyTorch's arithmetic, bit for bit: {@code
 * aten/src/ATen/native/quantized/cpu/kernels/QuantizedOpKernels.cpp} and, for one scale, {@code
 * dequantize_val} of {@code aten/src/ATen/native/quantized/AffineQuantizerBase.cpp}. The schemes
 * differ in where they round. Thread-safe: any thread may do any part.
 */
public final class Dequantizer {
  /** Integers that are converted at once, which bounds the buffers. */
  private static final int CHUNK = NumberReader.MOST;

  private final QuantizedContent tensor;
  private final StorageSources sources;
  private final Place place;
  private final int perByte;

  /**
   * @param place names the tensor in messages
   */
  Dequantizer(QuantizedContent tensor, StorageSources sources, Place place) {
    this.tensor = tensor;
    this.sources = sources;
    this.place = place;
    this.perByte = QuantizedContent.elementsPerByte(tensor.dtype());
  }

  /** The number of integers in this many bytes from a position. */
  int numbers(long position, int bytes) {
    if (perByte == 1) {
      return bytes / tensor.integers().dtype().byteSize();
    }
    return (int) Math.min((long) bytes * perByte, elements() - position * perByte);
  }

  /** The number of bytes that this many integers take. */
  int bytesOf(int numbers) {
    return perByte == 1 ? numbers * tensor.integers().dtype().byteSize() : numbers / perByte;
  }

  /** The index of the first integer in a byte. */
  long firstNumber(long position) {
    return perByte == 1 ? position / tensor.integers().dtype().byteSize() : position * perByte;
  }

  private long elements() {
    return tensor.shape().elementCount();
  }

  /**
   * Dequantizes integers.
   *
   * @param integers their bytes
   * @param first the row-major index of the first in the tensor
   * @param count the number of integers
   * @param into receives the results as float32
   * @throws MalformedException if PyTorch would not accept a zero point
   */
  void run(MemorySegment integers, long first, int count, MemorySegment into)
      throws MalformedException {
    int[] in = new int[Math.min(CHUNK, count)];
    float[] out = new float[in.length];
    Part part =
        switch (tensor.quantizer()) {
          case Quantizer.PerTensor(double scale, long zeroPoint) ->
              (from, size) -> perTensor(in, out, size, scale, zeroPoint);
          case Quantizer.PerChannel quantizer -> {
            Channels channels = new Channels(quantizer);
            yield (from, size) -> channels.run(in, out, first + from, size);
          }
        };
    for (int done = 0; done < count; done += CHUNK) {
      int size = Math.min(CHUNK, count - done);
      unpack(integers, done, size, in);
      part.run(done, size);
      MemorySegment.copy(out, 0, into, FLOAT, (long) done * Float.BYTES, size);
    }
  }

  @FunctionalInterface
  private interface Part {
    void run(int from, int size) throws MalformedException;
  }

  private void unpack(MemorySegment integers, int from, int count, int[] into) {
    switch (tensor.dtype()) {
      case QINT8 -> {
        for (int i = 0; i < count; i++) {
          into[i] = integers.get(BYTE, from + i);
        }
      }
      case QUINT8 -> {
        for (int i = 0; i < count; i++) {
          into[i] = integers.get(BYTE, from + i) & 0xff;
        }
      }
      case QINT32 -> MemorySegment.copy(integers, INT, 4L * from, into, 0, count);
      default -> {
        int bits = 8 / perByte;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < count; i++) {
          int packed = integers.get(BYTE, (from + i) / perByte);
          into[i] = (packed >> ((from + i) % perByte * bits)) & mask;
        }
      }
    }
  }

  private void perTensor(int[] in, float[] out, int count, double scale, long zeroPoint) {
    float factor = (float) scale;
    int zero = (int) zeroPoint;
    if (perByte == 1) {
      // The subtraction is done in integers, and wraps around for qint32.
      for (int i = 0; i < count; i++) {
        out[i] = factor * (in[i] - zero);
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[i] = ((float) in[i] - (float) zero) * factor;
      }
    }
  }

  /** The arithmetic with a scale for each channel. Not thread-safe. */
  private final class Channels {
    private final NumberReader scales;
    private final NumberReader zeroPoints;
    private final boolean ofFloats;
    private final long channels;
    private final long inner;
    private final double[] scale = new double[CHUNK];
    private final double[] zeroPoint = new double[CHUNK];
    private final long[] integers = new long[CHUNK];
    private long first;
    private int known;

    Channels(Quantizer.PerChannel quantizer) {
      scales = new NumberReader(quantizer.scales(), sources);
      zeroPoints = new NumberReader(quantizer.zeroPoints(), sources);
      ofFloats = quantizer.hasFloatParameters();
      Shape shape = tensor.shape();
      channels = shape.get(quantizer.axis());
      long behind = 1;
      for (int i = quantizer.axis() + 1; i < shape.rank(); i++) {
        behind *= shape.get(i);
      }
      inner = behind;
    }

    void run(int[] in, float[] out, long from, int count) throws MalformedException {
      int done = 0;
      while (done < count) {
        long element = from + done;
        long channel = element / inner % channels;
        // Up to the end of the last channel; after it comes the first one again.
        long toWrap = (channels - channel) * inner - element % inner;
        int end = done + (int) Math.min(count - done, toWrap);
        know(channel, (int) ((element % inner + end - done - 1) / inner) + 1);
        if (inner == 1) {
          applyEach((int) (channel - first), in, out, done, end);
          done = end;
        }
        while (done < end) {
          int next = (int) Math.min(end, done + inner - (from + done) % inner);
          apply((int) ((from + done) / inner % channels - first), in, out, done, next);
          done = next;
        }
      }
    }

    private void know(long channel, int count) throws MalformedException {
      if (channel >= first && channel + count <= first + known) {
        return;
      }
      scales.reals(channel, count, scale);
      if (ofFloats) {
        zeroPoints.reals(channel, count, zeroPoint);
      } else {
        zeroPoints.integers(channel, count, integers);
        for (int i = 0; i < count; i++) {
          if (!QuantizedRange.takes(integers[i], tensor.dtype())) {
            throw new MalformedException(
                place,
                "the zero point "
                    + integers[i]
                    + " of its channel "
                    + (channel + i)
                    + " is outside of the range of "
                    + tensor.dtype().torchName());
          }
          zeroPoint[i] = integers[i];
        }
      }
      first = channel;
      known = count;
    }

    /**
     * Dequantizes numbers of one channel. Both schemes round the zero point and the difference to
     * float32.
     */
    private void apply(int channel, int[] in, float[] out, int from, int to) {
      float zero = (float) zeroPoint[channel];
      if (ofFloats) {
        float factor = (float) scale[channel];
        for (int i = from; i < to; i++) {
          out[i] = ((float) in[i] - zero) * factor;
        }
      } else {
        double factor = scale[channel];
        for (int i = from; i < to; i++) {
          out[i] = (float) ((double) ((float) in[i] - zero) * factor);
        }
      }
    }

    /** Dequantizes numbers that belong to consecutive channels, one each. */
    private void applyEach(int channel, int[] in, float[] out, int from, int to) {
      if (ofFloats) {
        for (int i = from, c = channel; i < to; i++, c++) {
          out[i] = ((float) in[i] - (float) zeroPoint[c]) * (float) scale[c];
        }
      } else {
        for (int i = from, c = channel; i < to; i++, c++) {
          out[i] = (float) ((double) ((float) in[i] - (float) zeroPoint[c]) * scale[c]);
        }
      }
    }
  }
}
