package dev.pt2st.pickle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hashes of keys that have no order. A Java map sorts many keys with the same hash by their order.
 * Without an order, a file of colliding keys would cost quadratic time. So these hashes are seeded
 * differently in each run, and no file can be crafted for them.
 */
final class SecretHash {
  private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

  private SecretHash() {}

  static int ofSequence(Collection<Object> keys) {
    long hash = SECRET;
    for (Object key : keys) {
      hash = add(hash, of(key));
    }
    return finish(hash);
  }

  /** The hash of a set; independent of the order of its keys. */
  static int ofSet(Collection<Object> keys) {
    long hash = SECRET;
    for (Object key : keys) {
      hash += add(SECRET, of(key));
    }
    return finish(hash);
  }

  static int ofBytes(MemorySegment bytes) {
    long hash = SECRET;
    for (long i = 0; i < bytes.byteSize(); i++) {
      hash = add(hash, bytes.get(ValueLayout.JAVA_BYTE, i));
    }
    return finish(hash);
  }

  static int ofText(String text) {
    return finish(mixed(text));
  }

  static int ofLong(long number) {
    return finish(add(SECRET, number));
  }

  /** The hash of any key of {@link HashKey#of}. */
  static int ofKey(Object key) {
    return switch (key) {
      case String text -> ofText(text);
      default -> ofLong(of(key));
    };
  }

  private static long of(Object key) {
    return switch (key) {
      case Long number -> number;
      case Double number -> Double.doubleToLongBits(number);
      case String text -> mixed(text);
      case BigInteger number -> ofBytes(MemorySegment.ofArray(number.toByteArray()));
      // A hash of this class, a hash with few values, or an identity hash: no file can choose
      // these.
      default -> key.hashCode();
    };
  }

  private static long mixed(String text) {
    long hash = SECRET;
    for (int i = 0; i < text.length(); i++) {
      hash = add(hash, text.charAt(i));
    }
    return hash;
  }

  private static long add(long hash, long value) {
    return Long.rotateLeft((hash ^ value) * SECRET, 29);
  }

  private static int finish(long hash) {
    return Long.hashCode(hash * SECRET);
  }
}
