package dev.pt2st.torch.value;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantized tensor: integers that stand for real numbers by a {@link Quantizer}.
 *
 * @param dtype of PyTorch: qint8, quint8, qint32, quint4x2 or quint2x4
 * @param shape its sizes
 * @param integers what {@code int_repr()} gives: int8, uint8 or int32 in the tensor's shape; where
 *     several elements share a byte, those bytes, uint8 in one dimension ({@link
 *     #elementsPerByte(DType)})
 * @param quantizer what the integers stand for
 */
public record QuantizedContent(DType dtype, Shape shape, TensorView integers, Quantizer quantizer)
    implements TensorValue.Content {

  public QuantizedContent {
    Shape wanted =
        elementsPerByte(dtype) == 1 ? shape : Shape.of(packedBytes(dtype, shape.elementCount()));
    if (integers.dtype() != integerType(dtype) || !integers.shape().equals(wanted)) {
      throw new IllegalArgumentException(
          integers.dtype() + " of " + integers.shape() + " for " + dtype + " of " + shape);
    }
  }

  /**
   * Elements that share a byte, the first in its lowest bits: 1, 2 or 4 ({@code
   * AT_DISPATCH_QINT_AND_SUB_BYTE_TYPES} of {@code aten/src/ATen/Dispatch.h}).
   *
   * @throws IllegalArgumentException if the type is no quantized one
   */
  public static int elementsPerByte(DType dtype) {
    return switch (dtype) {
      case QUINT4X2 -> 2;
      case QUINT2X4 -> 4;
      case QINT8, QUINT8, QINT32 -> 1;
      default -> throw new IllegalArgumentException(dtype + " is not quantized");
    };
  }

  /**
   * The type that {@code int_repr()} has.
   *
   * @throws IllegalArgumentException if the type is no quantized one
   */
  public static DType integerType(DType dtype) {
    return switch (dtype) {
      case QINT8 -> DType.I8;
      case QUINT8, QUINT4X2, QUINT2X4 -> DType.U8;
      case QINT32 -> DType.I32;
      default -> throw new IllegalArgumentException(dtype + " is not quantized");
    };
  }

  /** Bytes that so many elements of a type share, each with the next ones in row-major order. */
  public static long packedBytes(DType dtype, long elements) {
    int perByte = elementsPerByte(dtype);
    return elements / perByte + (elements % perByte == 0 ? 0 : 1);
  }

  @Override
  public List<TensorView> views() {
    List<TensorView> views = new ArrayList<>(3);
    views.add(integers);
    if (quantizer instanceof Quantizer.PerChannel channels) {
      views.add(channels.scales());
      views.add(channels.zeroPoints());
    }
    return views;
  }
}
