package dev.pt2st.convert.data;

import dev.pt2st.tensor.DType;

/**
 * The dtypes for which arithmetic is implemented. A plan depends on this class and not on the
 * arithmetic itself.
 */
public final class NumericSupport {
  private NumericSupport() {}

  /** Whether elements of this dtype can be cast. */
  public static boolean canCastFrom(DType dtype) {
    return switch (dtype) {
      case F64, F32, F16, BF16 -> true;
      case F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ -> true;
      default -> false;
    };
  }

  /** Whether elements can be cast to this dtype. */
  public static boolean canCastTo(DType dtype) {
    return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
  }

  /** Whether elements of this dtype can be added, as sparse tensors require. */
  public static boolean canAdd(DType dtype) {
    return switch (dtype) {
      case BOOL, U8, I8, I16, I32, I64, F16, BF16, F32, F64, COMPLEX32, C64, COMPLEX128 -> true;
      default -> false;
    };
  }
}
