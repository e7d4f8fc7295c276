package dev.pt2st.convert.planner;

import dev.pt2st.tensor.DType;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;

/** Which scales and zero points PyTorch has arithmetic for. */
public final class QuantizedRange {
  private QuantizedRange() {}

  /**
   * Whether a zero point is one that PyTorch takes: an integer that the type could hold ({@code
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
   * Whether PyTorch has arithmetic for such a scheme: none for integers that share a byte with zero
   * points that are integers, and none for those of 32 bits with zero points that are not.
   */
  public static boolean takes(Quantizer.PerChannel channels, DType dtype) {
    return channels.hasFloatParameters()
        ? dtype != DType.QINT32
        : QuantizedContent.elementsPerByte(dtype) == 1;
  }
}
