package dev.pt2st.pickle;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle holds: inert data, nothing of it can run. Immutable kinds are records; lists,
 * dicts, sets and objects are compared by identity, since a stream may name and change them again.
 */
public sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.BigInt,
        Value.Real,
        Value.Text,
        Value.Bytes,
        Value.MutableBytes,
        ListValue,
        TupleValue,
        DictValue,
        SetValue,
        GlobalValue,
        ObjectValue,
        DomainValue {

  /** Python's {@code None}. */
  record None() implements Value {
    public static final None NONE = new None();
  }

  /** {@code True} or {@code False}. */
  record Bool(boolean value) implements Value {
    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);
  }

  /** An integer that fits 64 bits. */
  record Int(long value) implements Value {
    private static final Int[] SMALL = new Int[1024];

    static {
      for (int i = 0; i < SMALL.length; i++) {
        SMALL[i] = new Int(i);
      }
    }

    static Int of(long value) {
      return value >= 0 && value < SMALL.length ? SMALL[(int) value] : new Int(value);
    }
  }

  /** An integer that does not fit 64 bits. */
  record BigInt(BigInteger value) implements Value {}

  /** A {@code float}. */
  record Real(double value) implements Value {}

  /**
   * A {@code str}. A Python 2 {@code str} is bytes and text in one: PyTorch reads it as UTF-8, and
   * where it is none its text here is Latin-1.
   *
   * @param value the text; may hold unpaired surrogates
   * @param python2 the bytes of a Python 2 {@code str}, else null
   */
  record Text(String value, @Nullable MemorySegment python2) implements Value {
    public Text(String value) {
      this(value, null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text && value.equals(text.value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }
  }

  /** A {@code bytes}: a part of the stream, not copied. */
  record Bytes(MemorySegment value) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes bytes
          && value.byteSize() == bytes.value.byteSize()
          && value.mismatch(bytes.value) < 0;
    }

    @Override
    public int hashCode() {
      return SecretHash.ofBytes(value);
    }
  }

  /** A {@code bytearray}; compared by identity. */
  final class MutableBytes implements Value {
    private final MemorySegment value;

    public MutableBytes(MemorySegment value) {
      this.value = value;
    }

    public MemorySegment value() {
      return value;
    }
  }
}
