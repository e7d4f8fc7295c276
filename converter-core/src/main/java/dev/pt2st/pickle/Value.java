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
   * if it is none its text here is Latin-1. A long text that may stand for bytes stays where it
   * is in the stream, and is decoded when it is asked for.
   */
  final class Text implements Value {
    /**
     * A text up to this length is decoded once; a longer one, which nobody asks for twice, anew.
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

    /** A text of characters below U+0100, each the byte of this number. */
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
     * The bytes for which a text stands, one a character; null if it has others than Latin-1.
     * Those of a Python 2 {@code str} are its own.
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

    /** The number of its characters, or of bytes where these are what it has. */
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

  /** A {@code bytes}: a part of the stream, not copied, nor decoded where it is written as text. */
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
     * @param size the number that the text stands for
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

    /** Whether they are in the stream as they are, so that nothing is copied. */
    public boolean isInStream() {
      return coding == null;
    }

    /**
     * The bytes; where they are written as text a copy on the heap, made anew each time.
     *
     * @throws OutOfMemoryError if they are more than an array takes
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

    /** Where they are to be had. */
    public ByteSource source(String name) {
      if (coding == null) {
        return new ByteSource.InMemory(name, stream);
      }
      return new ByteSource.Produced(name, size, sink -> coding.decode(stream, sink));
    }

    /** How many bytes of the heap they take. */
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
