package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.pickle.Value;
import java.util.Map;

/** The functions by which NumPy pickles arrays, scalars and dtypes, under both its module names. */
final class NumpyConstructors {
  private NumpyConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    for (String core : new String[] {"numpy.core", "numpy._core"}) {
      table.put(core + ".multiarray._reconstruct", NumpyConstructors::reconstruct);
      table.put(core + ".multiarray.scalar", Call::inert);
      table.put(core + ".numeric._frombuffer", NumpyConstructors::fromBuffer);
    }
    table.put("numpy.dtype", NumpyConstructors::dtype);
    table.put("numpy.ndarray", Call::inert);
  }

  private static Value dtype(Call call) throws MalformedException {
    return switch (call.argument(0)) {
      case Value.Text code -> new NumpyDType(code.value());
      // A dtype of fields, or of a scalar class: never that of a tensor.
      default -> new NumpyDType("V").with(call.inert());
    };
  }

  /** {@code _reconstruct(class, shape, typecode)}: an empty array, which BUILD fills. */
  private static Value reconstruct(Call call) throws MalformedException {
    return new NumpyValue(null).with(call.argument(0));
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
