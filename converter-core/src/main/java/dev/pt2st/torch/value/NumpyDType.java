package dev.pt2st.torch.value;

import dev.pt2st.GlobalStanding;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code numpy.dtype}: a code such as {@code f4}, and what its state gives ({@code
 * arraydescr_setstate} in {@code numpy/_core/src/multiarray/descriptor.c}). NumPy does not check a
 * state and then accesses memory by it, so only states that its own {@code arraydescr_reduce}
 * writes are accepted here.
 */
public final class NumpyDType implements DomainValue {
  /** NumPy's record classes, under the names of all its versions. */
  private static final Set<String> RECORDS =
      Set.of(
          "numpy.record",
          "numpy.rec.record",
          "numpy.core.records.record",
          "numpy._core.records.record",
          "numpy.void");

  private final String code;

  /** Whether it is a class of another library, of which nothing is known. */
  private final boolean opaque;

  private NumpyDTypeState described;
  private boolean settled;
  private final List<Value> parts = new ArrayList<>(1);

  private NumpyDType(String code, char order, long itemSize, boolean opaque) {
    this.code = code;
    this.described = new NumpyDTypeState(order, itemSize, NumpyDTypeState.flags(code), false);
    this.opaque = opaque;
  }

  /** The dtype of a code, optionally preceded by a byte order; null if it is not a code. */
  public static @Nullable NumpyDType of(String text) {
    boolean ordered = !text.isEmpty() && NumpyDTypeState.ORDERS.indexOf(text.charAt(0)) >= 0;
    String code = ordered ? text.substring(1) : text;
    long size = NumpyDTypeState.itemSize(code);
    return size < 0 ? null : new NumpyDType(code, ordered ? text.charAt(0) : '|', size, false);
  }

  /**
   * The dtype of a NumPy record class, whose size is in its state, or of a class of another
   * library; null if NumPy writes no dtype with such a class.
   */
  public static @Nullable NumpyDType ofClass(GlobalValue type) {
    boolean isRecord = RECORDS.contains(type.dottedName());
    if (!isRecord && type.standing() == GlobalStanding.LISTED) {
      return null;
    }
    NumpyDType dtype = new NumpyDType("V", '|', 0, !isRecord);
    dtype.parts.add(type);
    return dtype;
  }

  String code() {
    return code;
  }

  /** Bytes of an element. */
  public long itemSize() {
    return described.itemSize();
  }

  /** Whether elements are or contain references to Python objects. */
  public boolean hasObjects() {
    return NumpyDTypeState.hasObjects(described.flags());
  }

  long flags() {
    return described.flags();
  }

  /** Whether an element is an array itself: no array has such a dtype, but a field may. */
  public boolean isSubarray() {
    return described.isSubarray();
  }

  /** Whether another library defines the elements. */
  public boolean isOpaque() {
    return opaque;
  }

  /** Refuses further states from now on: they would change values that use this dtype. */
  public void settle() {
    settled = true;
  }

  /** The dtype as {@code numpy.dtype} accepts it: {@code <f4}. */
  public String text() {
    char order = described.order();
    return order == '|' || order == '=' ? code : order + code;
  }

  /** Whether {@link #text()} describes it completely, which is not so with fields or dates. */
  public boolean isPlain() {
    return isNumeric() || (!code.isEmpty() && "SUa".indexOf(code.charAt(0)) >= 0);
  }

  /** The order of the bytes of an element. */
  public ByteOrder byteOrder() {
    return described.order() == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /**
   * Whether arrays of it count as tensors. Numbers and booleans do; text, dates and records do not.
   */
  public boolean isNumeric() {
    return !code.isEmpty() && "biufc?".indexOf(code.charAt(0)) >= 0;
  }

  /** The element type, or null if PyTorch and safetensors have none, as for long double. */
  public @Nullable DType dtype() {
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
    if (settled || !(state instanceof TupleValue tuple)) {
      return false;
    }
    if (!opaque) {
      NumpyDTypeState read = NumpyDTypeState.read(this, tuple.items());
      if (read == null) {
        return false;
      }
      described = read;
    }
    settle();
    parts.add(state);
    return true;
  }
}
