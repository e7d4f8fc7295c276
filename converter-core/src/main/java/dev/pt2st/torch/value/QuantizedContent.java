package dev.pt2st.torch.value;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantized tensor: integers that a {@link Quantizer} maps to real numbers.
 *
 * @param dtype PyTorch's dtype: qint8, quint8, qint32, quint4x2 or quint2x4
 * @param shape its sizes
 * @param integers the result of {@code int_repr()}: int8, uint8 or int32 in the tensor's shape. If
 *     several elements share a byte ({@link #elementsPerByte(DType)}), those bytes as uint8 in one
 *     dimension
 * @param quantizer the mapping of the integers to real numbers
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
   * The number of elements in a byte: 1, 2 or 4. The first element is in the lowest bits ({@code
   * AT_DISPATCH_QINT_AND_SUB_BYTE_TYPES} of {@code aten/src/ATen/Dispatch.h}).
   *
   * @throws IllegalArgumentException if the type is not quantized
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
   * The element type of {@code int_repr()}.
   *
   * @throws IllegalArgumentException if the type is not quantized
   */
  public static DType integerType(DType dtype) {
    return switch (dtype) {
      case QINT8 -> DType.I8;
      case QUINT8, QUINT4X2, QUINT2X4 -> DType.U8;
      case QINT32 -> DType.I32;
      default -> throw new IllegalArgumentException(dtype + " is not quantized");
    };
  }

  /** The bytes that a number of elements of a type occupy when packed in row-major order. */
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
