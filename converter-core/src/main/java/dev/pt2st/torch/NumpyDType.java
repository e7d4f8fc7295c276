package dev.pt2st.torch;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code numpy.dtype}: a code such as {@code f4}, and the byte order that its state gives ({@code
 * arraydescr_setstate} in {@code numpy/_core/src/multiarray/descriptor.c}).
 */
public final class NumpyDType implements DomainValue {
  private final String code;
  private char order = '|';
  private final List<Value> parts = new ArrayList<>(1);

  NumpyDType(String code) {
    // A code may carry its byte order in front.
    if (!code.isEmpty() && "<>=|".indexOf(code.charAt(0)) >= 0) {
      this.order = code.charAt(0);
      this.code = code.substring(1);
    } else {
      this.code = code;
    }
  }

  NumpyDType with(Value part) {
    parts.add(part);
    return this;
  }

  String code() {
    return code;
  }

  /** The dtype as {@code numpy.dtype} takes it: {@code <f4}. */
  public String text() {
    return order == '|' || order == '=' ? code : order + code;
  }

  /** Whether its text says all of it; that of fields or dates does not. */
  public boolean isPlain() {
    return isNumeric() || (!code.isEmpty() && "SUa".indexOf(code.charAt(0)) >= 0);
  }

  ByteOrder byteOrder() {
    return order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /**
   * Whether arrays of it count as tensors: numbers and booleans do, text, dates, records do not.
   */
  boolean isNumeric() {
    return !code.isEmpty() && "biufc?".indexOf(code.charAt(0)) >= 0;
  }

  /** The element type, or null where PyTorch and safetensors have none, such as long double. */
  @Nullable DType dtype() {
    return switch (code) {
      case "b1", "?" -> DType.BOOL;
      case "i1" -> DType.I8;
      case "i2" -> DType.I16;
      case "i4" -> DType.I32;
      case "i8" -> DType.I64;
      case "u1" -> DType.U8;
      case "u2" -> DType.U16;
      case "u4" -> DType.U32;
      case "u8" -> DType.U64;
      case "f2" -> DType.F16;
      case "f4" -> DType.F32;
      case "f8" -> DType.F64;
      case "c8" -> DType.C64;
      case "c16" -> DType.COMPLEX128;
      default -> null;
    };
  }

  @Override
  public List<Value> parts() {
    return parts;
  }

  @Override
  public boolean takeState(Value state) {
    if (state instanceof TupleValue tuple
        && tuple.get(1) instanceof Value.Text byteOrder
        && byteOrder.value().length() == 1
        && "<>=|".contains(byteOrder.value())) {
      order = byteOrder.value().charAt(0);
      parts.add(state);
      return true;
    }
    return false;
  }
}
