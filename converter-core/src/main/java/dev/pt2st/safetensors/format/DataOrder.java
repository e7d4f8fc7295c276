package dev.pt2st.safetensors.format;

import dev.pt2st.tensor.DType;
import dev.pt2st.text.Utf8Order;
import java.util.Comparator;
import java.util.function.Function;

/**
 * The order of tensors in a file, as the reference writer has it ({@code prepare} in the
 * safetensors crate's {@code tensor.rs}): by dtype, widest first, then by name.
 */
public final class DataOrder {
  private DataOrder() {}

  /** The order of things that have a dtype and a name. */
  public static <T> Comparator<T> by(Function<T, DType> dtype, Function<T, String> name) {
    return Comparator.comparing(dtype).reversed().thenComparing(name, Utf8Order.COMPARATOR);
  }
}
