package dev.pt2st.pickle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Java object by which a value is found in a dict or set: equal just where Python's {@code ==}
 * holds, so that {@code 1}, {@code 1.0} and {@code True} are one key.
 */
final class HashKey {
  private record TupleKey(List<Object> items) {}

  private HashKey() {}

  /** The key, or null if a value of this kind cannot be hashed. */
  static @Nullable Object of(Value value) {
    return switch (value) {
      case Value.None none -> none;
      case Value.Bool bool -> bool.value() ? 1L : 0L;
      case Value.Int number -> number.value();
      case Value.BigInt number -> number.value();
      case Value.Real number -> ofReal(number);
      case Value.Text text -> text.value();
      case Value.Bytes bytes -> bytes;
      case TupleValue tuple -> ofTuple(tuple);
      case SetValue set -> set.isFrozen() ? set.keys() : null;
      case GlobalValue global -> global;
      case ObjectValue object -> object;
      case DomainValue domain -> domain;
      case Value.MutableBytes bytes -> null;
      case ListValue list -> null;
      case DictValue dict -> null;
    };
  }

  private static Object ofReal(Value.Real number) {
    double real = number.value();
    if (real != Math.rint(real) || Double.isInfinite(real)) {
      // A NaN equals nothing but itself: the object is the key.
      return Double.isNaN(real) ? new Object() : (Object) real;
    }
    BigInteger whole = new BigDecimal(real).toBigInteger();
    return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
  }

  private static @Nullable Object ofTuple(TupleValue tuple) {
    if (!tuple.isUsableAsKey()) {
      return null;
    }
    List<Object> keys = new ArrayList<>(tuple.items().size());
    for (Value item : tuple.items()) {
      Object key = of(item);
      if (key == null) {
        return null;
      }
      keys.add(key);
    }
    return new TupleKey(keys);
  }
}
