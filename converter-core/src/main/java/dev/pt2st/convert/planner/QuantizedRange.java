package dev.pt2st.convert.planner;

import dev.pt2st.tensor.DType;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;

/** The quantization parameters that PyTorch's arithmetic supports. */
public final class QuantizedRange {
  private QuantizedRange() {}

  /**
   * Whether PyTorch accepts a zero point: an integer in the range of the dtype ({@code
   * checkZeroPoint} of {@code aten/src/ATen/native/quantized/AffineQuantizer.cpp}).
   */
  public static boolean takes(long zeroPoint, DType dtype) {
    return switch (QuantizedContent.integerType(dtype)) {
      case I8 -> zeroPoint == (byte) zeroPoint;
      case U8 -> zeroPoint == (zeroPoint & 0xff);
      default -> zeroPoint == (int) zeroPoint;
    };
  }

  /**
   * Whether PyTorch has arithmetic for a scheme. It has none for integers that share a byte if the
   * zero points are integers, and none for 32-bit integers if the zero points are floats.
   */
  public static boolean takes(Quantizer.PerChannel channels, DType dtype) {
    return channels.hasFloatParameters()
        ? dtype != DType.QINT32
        : QuantizedContent.elementsPerByte(dtype) == 1;
  }
}
