package dev.pt2st.pickle;

import dev.pt2st.io.ByteSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of a pickle: inert data that cannot run. Immutable kinds are records. Lists, dicts, sets
 * and objects are compared by identity, since a stream may refer to them again and change them.
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
   * A {@code str}. A Python 2 {@code str} is bytes and text in one: PyTorch reads it as UTF-8; if
   * it is not UTF-8, its text here is Latin-1. A long text that may represent bytes stays in the
   * stream and is decoded on demand.
   */
  final class Text implements Value {
    /**
     * A text up to this length is decoded once. A longer one, which is rarely used twice, is
     * decoded each time.
     */
    private static final int KEPT = 1 << 20;

    private @Nullable String value;
    private final @Nullable Bytes bytes;
    private final boolean python2;

    private Text(@Nullable String value, @Nullable Bytes bytes, boolean python2) {
      this.value = value;
      this.bytes = bytes;
      this.python2 = python2;
    }

    /**
     * @param value may hold unpaired surrogates
     */
    public Text(String value) {
      this(value, null, false);
    }

    /** A Python 2 {@code str} of these bytes. */
    static Text python2(Bytes bytes) {
      return new Text(null, bytes, true);
    }

    /** A text in which each byte is one character below U+0100. */
    static Text latin1(Bytes bytes) {
      return new Text(null, bytes, false);
    }

    /** The text; may hold unpaired surrogates. */
    public String value() {
      String known = value;
      if (known == null) {
        known = decoded();
        value = known.length() <= KEPT ? known : null;
      }
      return known;
    }

    private String decoded() {
      byte[] content = Objects.requireNonNull(bytes).value().toArray(ValueLayout.JAVA_BYTE);
      String utf8 = python2 ? PickleText.strictUtf8(content) : null;
      return utf8 == null ? PickleText.latin1(content) : utf8;
    }

    /** The bytes of a Python 2 {@code str}; null for any other text. */
    public @Nullable Bytes python2() {
      return python2 ? bytes : null;
    }

    /**
     * The bytes that a text represents, one for each character; null if it has characters outside
     * Latin-1. For a Python 2 {@code str}, its own bytes.
     */
    public @Nullable Bytes latin1() {
      if (bytes != null) {
        return bytes;
      }
      String text = value();
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) > 0xff) {
          return null;
        }
      }
      return new Bytes(MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** The number of its characters, or of its bytes if it is kept as bytes. */
    long size() {
      String known = value;
      return known != null ? known.length() : Objects.requireNonNull(bytes).size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text && value().equals(text.value());
    }

    @Override
    public int hashCode() {
      return value().hashCode();
    }

    @Override
    public String toString() {
      return "Text[" + value() + ']';
    }
  }

  /**
   * A {@code bytes}: a part of the stream, neither copied nor, if it is written as text, decoded.
   */
  final class Bytes implements Value {
    private final MemorySegment stream;
    private final @Nullable TextCoding coding;
    private final long size;

    /** Bytes as they are. */
    public Bytes(MemorySegment value) {
      this(value, null, value.byteSize());
    }

    /**
     * Bytes written as text.
     *
     * @param size the number of bytes that the text represents
     */
    Bytes(MemorySegment stream, @Nullable TextCoding coding, long size) {
      this.stream = stream;
      this.coding = coding;
      this.size = size;
    }

    /** How many there are. */
    public long size() {
      return size;
    }

    /** Whether the stream has them verbatim, so that nothing need be copied. */
    public boolean isInStream() {
      return coding == null;
    }

    /**
     * The bytes. If they are written as text, a new copy on the heap each time.
     *
     * @throws OutOfMemoryError if they do not fit an array
     */
    public MemorySegment value() {
      if (coding == null) {
        return stream;
      }
      if (size > Integer.MAX_VALUE - 16) {
        throw new OutOfMemoryError(size + " bytes in memory");
      }
      MemorySegment copy = MemorySegment.ofArray(new byte[(int) size]);
      try {
        long[] at = {0};
        coding.decode(
            stream,
            piece -> {
              MemorySegment.copy(MemorySegment.ofBuffer(piece), 0, copy, at[0], piece.remaining());
              at[0] += piece.remaining();
            });
      } catch (IOException e) {
        throw new IllegalStateException("memory does not fail", e);
      }
      return copy;
    }

    /** A source to read them from. */
    public ByteSource source(String name) {
      if (coding == null) {
        return new ByteSource.InMemory(name, stream);
      }
      return new ByteSource.Produced(name, size, sink -> coding.decode(stream, sink));
    }

    /** How many heap bytes they take. */
    long heapBytes() {
      return stream.isNative() ? 0 : stream.byteSize();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes bytes
          && size == bytes.size
          && value().mismatch(bytes.value()) < 0;
    }

    @Override
    public int hashCode() {
      return SecretHash.ofBytes(value());
    }
  }

  /** A {@code bytearray}; compared by identity. */
  final class MutableBytes implements Value {
    private final Bytes content;

    public MutableBytes(Bytes content) {
      this.content = content;
    }

    /** The bytes; as {@link Bytes#value()}. */
    public MemorySegment value() {
      return content.value();
    }

    /** What it was made of. */
    public Bytes content() {
      return content;
    }
  }
}
