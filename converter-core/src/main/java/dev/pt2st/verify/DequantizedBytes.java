package dev.pt2st.verify;

import static dev.pt2st.io.LittleEndian.FLOAT;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import java.lang.foreign.MemorySegment;

/**
 * The real numbers of a quantized tensor, each computed from its integer as {@code
 * Tensor.dequantize()} does: {@code float(scale) * (integer - zero point)} with one scale. With a
 * scale per channel, or integers that share a byte, the subtraction is done in floats.
 */
final class DequantizedBytes implements TensorBytes {

  private final QuantizedContent tensor;
  private final StorageBytes storages;
  private final int perByte;

  DequantizedBytes(QuantizedContent tensor, StorageBytes storages) {
    this.tensor = tensor;
    this.storages = storages;
    this.perByte = QuantizedContent.elementsPerByte(tensor.dtype());
  }

  @Override
  public long size() {
    return Math.multiplyExact(tensor.shape().elementCount(), Float.BYTES);
  }

  @Override
  public void read(long position, MemorySegment target) {
    long first = position / Float.BYTES;
    int count = (int) (target.byteSize() / Float.BYTES);
    long firstHeld = first / perByte;
    ElementReader integers = new ElementReader(tensor.integers(), storages);
    integers.load(firstHeld, (int) ((first + count - 1) / perByte - firstHeld + 1));
    switch (tensor.quantizer()) {
      case Quantizer.PerTensor(double scale, long zeroPoint) -> {
        for (int i = 0; i < count; i++) {
          int integer = integer(integers, first + i);
          float number =
              perByte == 1
                  ? (float) scale * (integer - (int) zeroPoint)
                  : ((float) integer - (float) zeroPoint) * (float) scale;
          target.set(FLOAT, (long) i * Float.BYTES, number);
        }
      }
      case Quantizer.PerChannel channels -> readChannels(channels, integers, first, count, target);
    }
  }

  private void readChannels(
      Quantizer.PerChannel channels,
      ElementReader integers,
      long first,
      int count,
      MemorySegment target) {
    ElementReader scales = new ElementReader(channels.scales(), storages);
    ElementReader zeroPoints = new ElementReader(channels.zeroPoints(), storages);
    Shape shape = tensor.shape();
    long inner = 1;
    for (int i = channels.axis() + 1; i < shape.rank(); i++) {
      inner *= shape.get(i);
    }
    for (int i = 0; i < count; i++) {
      long channel = (first + i) / inner % shape.get(channels.axis());
      double scale = scales.real(channel);
      float zero =
          channels.hasFloatParameters()
              ? (float) zeroPoints.real(channel)
              : (float) zeroPoints.integer(channel);
      float difference = (float) integer(integers, first + i) - zero;
      float number =
          channels.hasFloatParameters()
              ? difference * (float) scale
              : (float) ((double) difference * scale);
      target.set(FLOAT, (long) i * Float.BYTES, number);
    }
  }

  /** The integer of an element. If several share a byte, the first has the lowest bits. */
  private int integer(ElementReader integers, long element) {
    int held = (int) integers.integer(element / perByte);
    if (tensor.integers().dtype() != DType.U8 || perByte == 1) {
      return held;
    }
    int bits = Byte.SIZE / perByte;
    return (held >> (element % perByte * bits)) & ((1 << bits) - 1);
  }
}
