package dev.pt2st.safetensors.format;

import dev.pt2st.tensor.DType;
import dev.pt2st.text.Utf8Order;
import java.util.Comparator;
import java.util.function.Function;

/**
 * The order of tensors in a file, the same as the reference writer's ({@code prepare} in the
 * safetensors crate's {@code tensor.rs}): by dtype, widest first, then by name.
 */
public final class DataOrder {
  private DataOrder() {}

  /** Compares objects by their dtype and name. */
  public static <T> Comparator<T> by(Function<T, DType> dtype, Function<T, String> name) {
    // Written out: the JVM's cache has no code of the comparators that Comparator composes.
    return (one, other) -> {
      int widestFirst = dtype.apply(other).compareTo(dtype.apply(one));
      return widestFirst != 0
          ? widestFirst
          : Utf8Order.COMPARATOR.compare(name.apply(one), name.apply(other));
    };
  }
}
