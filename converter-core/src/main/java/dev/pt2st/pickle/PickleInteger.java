package dev.pt2st.pickle;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers of a pickle, whatever their size. */
public final class PickleInteger {
  private PickleInteger() {}

  /** The integer that a value is; null if it is none. */
  public static @Nullable BigInteger whole(@Nullable Value value) {
    return switch (value) {
      case Value.Int(long number) -> BigInteger.valueOf(number);
      case Value.BigInt(BigInteger number) -> number;
      case null, default -> null;
    };
  }
}
