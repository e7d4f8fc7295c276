package dev.pt2st.pickle;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Integers of a pickle, of any size. */
public final class PickleInteger {
  private PickleInteger() {}

  /** The value as an integer; null if it is none. */
  public static @Nullable BigInteger whole(@Nullable Value value) {
    return switch (value) {
      case Value.Int(long number) -> BigInteger.valueOf(number);
      case Value.BigInt(BigInteger number) -> number;
      case null, default -> null;
    };
  }
}
