package dev.pt2st.pickle;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Java object by which a value is found in a dict or set. Two are equal exactly if Python's
 * {@code ==} holds, so {@code 1}, {@code 1.0} and {@code True} are one key.
 */
final class HashKey {
  /**
   * No key of a checkpoint is an integer of more bits than this, or a longer text or {@code bytes}.
   */
  private static final int MAX_BITS = 1 << 16;

  private static final int MAX_LENGTH = 1 << 20;

  /**
   * A key that is compared by content and has no order, with a hash that no file can choose.
   *
   * @param content the keys of a tuple's items as a list, those of a frozen set's items as a set,
   *     or a {@code bytes}; different kinds are never equal
   */
  record Content(Object content, int hash) {
    static Content ofTuple(List<Object> items) {
      return new Content(items, SecretHash.ofSequence(items));
    }

    static Content ofSet(Set<Object> items) {
      return new Content(items, SecretHash.ofSet(items));
    }

    static Content ofBytes(Value.Bytes bytes) {
      return new Content(bytes, bytes.hashCode());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Content key && hash == key.hash && content.equals(key.content);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** A NaN equals only the same object. */
  private record Nan(Value.Real number) {
    @Override
    @SuppressWarnings("ReferenceEquality") // the object itself is what makes a NaN equal
    public boolean equals(@Nullable Object other) {
      return other instanceof Nan nan && number == nan.number;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(number);
    }
  }

  private HashKey() {}

  /** Whether a value can be a key. */
  static boolean isUsable(Value value) {
    if (value instanceof Value.Text text) {
      return text.size() <= MAX_LENGTH;
    }
    return value instanceof Value.Int || of(value) != null;
  }

  /** Whether two usable keys are equal; the same as comparing their {@link #of}. */
  @SuppressWarnings("ReferenceEquality") // an object equals itself, also where it is a NaN
  static boolean same(Value one, Value other) {
    if (one == other) {
      return true;
    }
    if (one instanceof Value.Text a) {
      return other instanceof Value.Text b && a.value().equals(b.value());
    }
    if (one instanceof Value.Int a && other instanceof Value.Int b) {
      return a.value() == b.value();
    }
    return !(other instanceof Value.Text) && Objects.equals(of(one), of(other));
  }

  /** The hash of a usable key, equal for equal keys. */
  static int hashOf(Value key) {
    return switch (key) {
      case Value.Text text -> SecretHash.ofText(text.value());
      case Value.Int number -> SecretHash.ofLong(number.value());
      default -> {
        Object hashed = of(key);
        yield hashed == null ? 0 : SecretHash.ofKey(hashed);
      }
    };
  }

  /** The key, or null if a value of this kind cannot be hashed. */
  static @Nullable Object of(Value value) {
    return switch (value) {
      case Value.None none -> none;
      case Value.Bool bool -> bool.value() ? 1L : 0L;
      case Value.Int number -> number.value();
      case Value.BigInt number -> number.value().bitLength() <= MAX_BITS ? number.value() : null;
      case Value.Real number -> ofReal(number);
      case Value.Text text -> text.size() <= MAX_LENGTH ? text.value() : null;
      case Value.Bytes bytes -> bytes.size() <= MAX_LENGTH ? Content.ofBytes(bytes) : null;
      case TupleValue tuple -> tuple.key();
      case SetValue set -> set.key();
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
      return Double.isNaN(real) ? new Nan(number) : (Object) real;
    }
    BigInteger whole = new BigDecimal(real).toBigInteger();
    return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
  }
}
