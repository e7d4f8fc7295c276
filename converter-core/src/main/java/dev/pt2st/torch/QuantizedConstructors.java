package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import dev.pt2st.torch.value.StorageValue;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code _rebuild_qtensor} of {@code torch/_utils.py}. */
final class QuantizedConstructors {
  private static final String PER_TENSOR = "torch.per_tensor_affine";
  private static final String PER_CHANNEL = "torch.per_channel_affine";
  private static final String PER_CHANNEL_FLOAT = "torch.per_channel_affine_float_qparams";

  private QuantizedConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("torch._utils._rebuild_qtensor", QuantizedConstructors::quantized);
  }

  private static Value quantized(Call call) throws MalformedException {
    StorageValue storage = call.storage(0);
    DType dtype = storage.storage().dtype();
    if (!dtype.isQuantized()) {
      throw call.malformed("makes a quantized tensor of a storage of " + dtype.torchName());
    }
    Shape shape = Views.shapeOf(call.argument(2));
    Shape strides = Views.shapeOf(call.argument(3));
    if (shape == null || !(call.argument(4) instanceof TupleValue parameters)) {
      throw call.malformed("has sizes or parameters that PyTorch does not write");
    }
    if (QuantizedContent.elementsPerByte(dtype) > 1 && !isPlain(shape, strides, call.argument(1))) {
      return other(call, "a quantized tensor of shared bytes that are not in order");
    }
    TensorView integers = integers(storage, shape, call);
    if (integers == null) {
      throw call.malformed(
          "describes a tensor that does not fit its storage \"" + storage.storage().key() + '"');
    }
    Quantizer quantizer = quantizer(call, parameters, shape);
    if (quantizer == null) {
      return other(call, "a quantized tensor of a scheme that PyTorch does not read");
    }
    TensorValue made =
        ComponentParts.whole(
            new QuantizedContent(dtype, shape, integers, quantizer),
            parameters.items().toArray(Value[]::new));
    storage.parts().forEach(made::with);
    return made;
  }

  private static Value other(Call call, String what) {
    return new TensorValue(
        new TensorValue.Other(
            what, Views.shapeOf(call.arguments().get(2)), null, ComponentParts.of(call)));
  }

  /** If several elements share a byte, PyTorch reads them in row-major order from the start. */
  private static boolean isPlain(Shape shape, @Nullable Shape strides, Value offset) {
    return strides != null
        && offset instanceof Value.Int(long first)
        && first == 0
        && strides.equals(shape.contiguousStrides());
  }

  private static @Nullable TensorView integers(StorageValue value, Shape shape, Call call)
      throws MalformedException {
    Storage storage = value.storage();
    DType type = QuantizedContent.integerType(storage.dtype());
    if (QuantizedContent.elementsPerByte(storage.dtype()) == 1) {
      return Views.of(
          value, type, call.argument(1), call.argument(2), call.argument(3), false, false);
    }
    try {
      long bytes = QuantizedContent.packedBytes(storage.dtype(), shape.elementCount());
      TensorView view = new TensorView(storage, type, 0, Shape.of(bytes), Shape.of(1));
      return Views.fits(view) ? view : null;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** The quantizer; null for a scheme that PyTorch itself does not rebuild. */
  private static @Nullable Quantizer quantizer(Call call, TupleValue parameters, Shape shape)
      throws MalformedException {
    List<Value> items = parameters.items();
    String scheme =
        !items.isEmpty() && items.getFirst() instanceof GlobalValue global
            ? global.dottedName()
            : "";
    return switch (scheme) {
      case PER_TENSOR -> perTensor(call, items);
      case PER_CHANNEL, PER_CHANNEL_FLOAT -> perChannel(call, items, scheme, shape);
      default -> null;
    };
  }

  private static Quantizer perTensor(Call call, List<Value> items) throws MalformedException {
    Double scale = items.size() == 3 ? number(items.get(1)) : null;
    if (scale == null || !(items.get(2) instanceof Value.Int(long zeroPoint))) {
      throw call.malformed("has a scale or a zero point that is not a number");
    }
    return new Quantizer.PerTensor(scale, zeroPoint);
  }

  private static @Nullable Double number(Value value) {
    return switch (value) {
      case Value.Real(double real) -> real;
      case Value.Int(long integer) -> (double) integer;
      default -> null;
    };
  }

  private static Quantizer perChannel(Call call, List<Value> items, String scheme, Shape shape)
      throws MalformedException {
    if (items.size() != 4 || !(items.get(3) instanceof Value.Int(long axis))) {
      throw call.malformed("has scales, zero points and axis that PyTorch does not write");
    }
    // With lists the named scheme applies; with tensors their dtype decides.
    boolean named = scheme.equals(PER_CHANNEL_FLOAT);
    TensorView scaleView = parameters(items.get(1), named ? DType.F32 : DType.F64);
    TensorView zeroPointView = parameters(items.get(2), named ? DType.F32 : DType.I64);
    if (scaleView == null || zeroPointView == null) {
      throw call.malformed("has scales or zero points that are not numbers");
    }
    if (axis < 0 || axis >= shape.rank()) {
      throw call.malformed(
          "has the axis " + axis + " for a tensor of " + shape.rank() + " dimensions");
    }
    Shape wanted = Shape.of(shape.get((int) axis));
    if (!scaleView.shape().equals(wanted) || !zeroPointView.shape().equals(wanted)) {
      throw call.malformed(
          "has scales of "
              + scaleView.shape()
              + " and zero points of "
              + zeroPointView.shape()
              + " for an axis of "
              + wanted.get(0));
    }
    if (!isReal(scaleView.dtype())
        || !(isReal(zeroPointView.dtype()) || zeroPointView.dtype().isInteger())) {
      throw call.malformed(
          "has scales of "
              + scaleView.dtype().torchName()
              + " and zero points of "
              + zeroPointView.dtype().torchName());
    }
    return new Quantizer.PerChannel(scaleView, zeroPointView, (int) axis);
  }

  /** Whether PyTorch can convert the type to double or float; it cannot convert 8-bit types. */
  private static boolean isReal(DType dtype) {
    return dtype.isFloatingPoint() && dtype.byteSize() > 1;
  }

  private static @Nullable TensorView parameters(Value value, DType dtype) {
    return value instanceof ListValue list
        ? ComponentParts.numbers(list, dtype)
        : ComponentParts.view(value);
  }
}
