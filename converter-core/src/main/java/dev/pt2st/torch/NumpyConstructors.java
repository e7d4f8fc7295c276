package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyArray;
import dev.pt2st.torch.value.NumpyDType;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.util.List;
import java.util.Map;

/**
 * The functions with which NumPy pickles arrays, scalars and dtypes, under both of its module
 * names.
 */
final class NumpyConstructors {
  private NumpyConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    for (String core : new String[] {"numpy.core", "numpy._core"}) {
      table.put(core + ".multiarray._reconstruct", NumpyConstructors::reconstruct);
      table.put(core + ".multiarray.scalar", NumpyConstructors::scalar);
      table.put(core + ".numeric._frombuffer", NumpyConstructors::fromBuffer);
    }
    table.put("numpy.dtype", NumpyConstructors::dtype);
    table.put("numpy.ndarray", NumpyConstructors::array);
  }

  /** {@code dtype(code, align, copy)}. */
  private static Value dtype(Call call) throws MalformedException {
    call.atMost(3);
    for (int i = 1; i < call.count(); i++) {
      if (!isFlag(call.argument(i))) {
        throw call.wrong(i, "True or False");
      }
    }
    NumpyDType dtype =
        switch (call.argument(0)) {
          case Value.Text code -> NumpyDType.of(code.value());
          // This is never the dtype of a tensor.
          case GlobalValue type -> NumpyDType.ofClass(type);
          default -> null;
        };
    if (dtype == null) {
      throw call.malformed("is called for a dtype that NumPy does not write so");
    }
    return dtype;
  }

  private static boolean isFlag(Value value) {
    return value instanceof Value.Bool
        || (value instanceof Value.Int(long number) && (number == 0 || number == 1));
  }

  /** {@code _reconstruct(class, (0,), b'b')}: an empty array, which BUILD fills. */
  private static Value reconstruct(Call call) throws MalformedException {
    call.atMost(3);
    boolean isEmpty =
        call.argument(1) instanceof TupleValue shape
            && shape.items().equals(List.of(new Value.Int(0)));
    Value.Bytes code = NumpyValue.bytesOf(call.argument(2));
    if (!isEmpty || code == null || code.size() != 1) {
      throw call.malformed("makes an array that is not empty, as NumPy never does");
    }
    return new NumpyValue(null).with(call.argument(0));
  }

  /** {@code ndarray(shape, ...)} allocates an array; no genuine pickle of an array calls it. */
  private static Value array(Call call) throws MalformedException {
    throw call.malformed("is called, as NumPy never does in a pickle");
  }

  /** {@code scalar(dtype, bytes)}; for a dtype with objects, {@code scalar(dtype, object)}. */
  private static Value scalar(Call call) throws MalformedException {
    call.atMost(2);
    if (!(call.argument(0) instanceof NumpyDType type)) {
      throw call.wrong(0, "a dtype");
    }
    Value content = call.argument(1);
    Value.Bytes bytes = NumpyValue.bytesOf(content);
    type.settle();
    boolean isSized = !type.hasObjects() && !type.isOpaque();
    if (type.isSubarray() || (isSized && (bytes == null || bytes.size() != type.itemSize()))) {
      throw call.malformed("makes a scalar of other bytes than its dtype has");
    }
    return call.inert();
  }

  /** {@code _frombuffer(buffer, dtype, shape, order)}: how protocol 5 writes a contiguous array. */
  private static Value fromBuffer(Call call) throws MalformedException {
    if (!(call.argument(1) instanceof NumpyDType type)) {
      throw call.wrong(1, "a dtype");
    }
    Value.Bytes bytes = NumpyValue.bytesOf(call.argument(0));
    if (bytes == null) {
      throw call.wrong(0, "bytes");
    }
    call.atMost(4);
    if (!NumpyArray.fits(type, call.argument(2), bytes)) {
      throw call.malformed("describes an array that does not fit its bytes");
    }
    if (!type.isNumeric()) {
      return call.inert();
    }
    boolean columnMajor = call.optional(3) instanceof Value.Text order && order.value().equals("F");
    TensorValue.Content content = NumpyArray.content(type, call.argument(2), bytes, columnMajor);
    if (content == null) {
      throw call.malformed("describes an array that does not fit its bytes");
    }
    return new NumpyValue(new TensorValue(content));
  }
}
