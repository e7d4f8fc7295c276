package dev.pt2st.convert.options;

import dev.pt2st.ReadOptions;
import dev.pt2st.convert.data.NumericSupport;
import dev.pt2st.tensor.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a conversion is asked for. Immutable; change one thing with the {@code with} methods. */
public final class ConvertOptions {
  /** The rules' defaults. */
  public static final ConvertOptions STANDARD = new ConvertOptions(new Values());

  /**
   * The key of the text in {@code __metadata__} that says what a tensor was before it was
   * converted.
   */
  public static final String CONVERTED = "pt2st.converted";

  /** The root that the rules choose. */
  public static final String AUTO_ROOT = "auto";

  /** The root that takes everything: the top as it is. */
  public static final String ALL_ROOT = "all";

  private final Values values;

  /** What becomes of tensors that share a storage. */
  public enum Shared {
    /** Each is written in full. */
    KEEP,
    /** One complete tensor of each group stays, the metadata name the others. */
    DROP
  }

  /** What becomes of tensors that safetensors cannot hold. */
  public enum Unsupported {
    /** The conversion is refused, naming them. */
    REFUSE,
    /** They are left out, and that is said. */
    SKIP
  }

  /** What becomes of quantized tensors. */
  public enum Quantized {
    /** safetensors cannot hold them. */
    REFUSE,
    /** The real numbers that they stand for are written, as float32. */
    DEQUANTIZE,
    /** Their integers, scales and zero points are written, each as a tensor. */
    COMPONENTS
  }

  /** What becomes of sparse tensors. */
  public enum Sparse {
    /** safetensors cannot hold them. */
    REFUSE,
    /** They are written in full. */
    DENSE,
    /** Their indices and values are written, each as a tensor. */
    COMPONENTS
  }

  /** What becomes of nested tensors. */
  public enum Nested {
    /** safetensors cannot hold them. */
    REFUSE,
    /** Their elements, sizes and offsets are written, each as a tensor. */
    COMPONENTS
  }

  /** What becomes of tensors of the complex types that safetensors does not have. */
  public enum Complex {
    /** safetensors cannot hold them. */
    REFUSE,
    /** Their real and imaginary parts are written, as a last dimension of 2. */
    REAL
  }

  /** The choices with their defaults; changed only while it belongs to nobody else. */
  private static final class Values implements Cloneable {
    ReadOptions read = ReadOptions.STANDARD;
    String root = AUTO_ROOT;
    String tag = "";
    NameOptions names = NameOptions.NONE;
    Shared shared = Shared.KEEP;
    Unsupported unsupported = Unsupported.REFUSE;
    Quantized quantized = Quantized.REFUSE;
    Sparse sparse = Sparse.REFUSE;
    Nested nested = Nested.REFUSE;
    Complex complex = Complex.REFUSE;
    Map<String, String> metadata = Map.of();
    Set<String> removedMetadata = Set.of();
    @Nullable DType cast;
    OptionalLong maxShardBytes = OptionalLong.empty();

    @Override
    public Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private ConvertOptions(Values values) {
    this.values = values;
  }

  private ConvertOptions with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new ConvertOptions(changed);
  }

  /** How the checkpoint is read. */
  public ReadOptions read() {
    return values.read;
  }

  /** These options with another {@link #read}. */
  public ConvertOptions withRead(ReadOptions value) {
    return with(changed -> changed.read = value);
  }

  /** Of several checkpoints in a folder the name of the one that is meant; empty to find it out. */
  public String tag() {
    return values.tag;
  }

  /** These options with another {@link #tag}. */
  public ConvertOptions withTag(String value) {
    return with(changed -> changed.tag = value);
  }

  /** {@code auto}, {@code all} or a path. */
  public String root() {
    return values.root;
  }

  /** These options with another {@link #root}. */
  public ConvertOptions withRoot(String value) {
    return with(changed -> changed.root = value);
  }

  /** Which tensors are taken by their names, and what these become. */
  public NameOptions names() {
    return values.names;
  }

  /** These options with another {@link #names}. */
  public ConvertOptions withNames(NameOptions value) {
    return with(changed -> changed.names = value);
  }

  /** What becomes of tensors that share a storage. */
  public Shared shared() {
    return values.shared;
  }

  /** These options with another {@link #shared}. */
  public ConvertOptions withShared(Shared value) {
    return with(changed -> changed.shared = value);
  }

  /** What becomes of tensors that safetensors cannot hold. */
  public Unsupported unsupported() {
    return values.unsupported;
  }

  /** These options with another {@link #unsupported}. */
  public ConvertOptions withUnsupported(Unsupported value) {
    return with(changed -> changed.unsupported = value);
  }

  /** The dtype that all floating tensors get; empty where each keeps its own. */
  public Optional<DType> cast() {
    return Optional.ofNullable(values.cast);
  }

  /**
   * Casts all floating tensors, as {@code Module.to(dtype)} does: those of float64, float32,
   * float16, bfloat16 and the 8-bit floats. Integers, booleans, complex numbers and packed 4-bit
   * floats stay as they are.
   *
   * @param value F32, F16 or BF16
   * @throws IllegalArgumentException if it is another
   */
  public ConvertOptions withCast(DType value) {
    if (!NumericSupport.canCastTo(value)) {
      throw new IllegalArgumentException("nothing is cast to " + value);
    }
    return with(changed -> changed.cast = value);
  }

  /** What becomes of quantized tensors. */
  public Quantized quantized() {
    return values.quantized;
  }

  /** These options with another {@link #quantized}. */
  public ConvertOptions withQuantized(Quantized value) {
    return with(changed -> changed.quantized = value);
  }

  /** What becomes of sparse tensors. */
  public Sparse sparse() {
    return values.sparse;
  }

  /** These options with another {@link #sparse}. */
  public ConvertOptions withSparse(Sparse value) {
    return with(changed -> changed.sparse = value);
  }

  /** What becomes of nested tensors. */
  public Nested nested() {
    return values.nested;
  }

  /** These options with another {@link #nested}. */
  public ConvertOptions withNested(Nested value) {
    return with(changed -> changed.nested = value);
  }

  /** What becomes of tensors of the complex types that safetensors does not have. */
  public Complex complex() {
    return values.complex;
  }

  /** These options with another {@link #complex}. */
  public ConvertOptions withComplex(Complex value) {
    return with(changed -> changed.complex = value);
  }

  /** Texts for {@code __metadata__} besides {@code format}, in their order. */
  public Map<String, String> metadata() {
    return values.metadata;
  }

  /**
   * With other texts.
   *
   * @throws IllegalArgumentException if one has the key {@link #CONVERTED}
   */
  public ConvertOptions withMetadata(Map<String, String> value) {
    if (value.containsKey(CONVERTED)) {
      throw new IllegalArgumentException("the key " + CONVERTED + " is kept for the conversion");
    }
    Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(value));
    return with(changed -> changed.metadata = copy);
  }

  /** The keys of texts that {@code __metadata__} is not to have. */
  public Set<String> removedMetadata() {
    return values.removedMetadata;
  }

  /** Without the texts of these keys, such as some that a safetensors file brings. */
  public ConvertOptions withoutMetadata(Set<String> keys) {
    Set<String> copy = Set.copyOf(keys);
    return with(changed -> changed.removedMetadata = copy);
  }

  /**
   * The bytes of data that a file of the output may have, unless a single tensor has more; empty
   * where the output is one file, however large.
   */
  public OptionalLong maxShardBytes() {
    return values.maxShardBytes;
  }

  /**
   * Splits the output into shards beside an index.
   *
   * @throws IllegalArgumentException if {@code value} is not positive
   */
  public ConvertOptions withMaxShardBytes(long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("the size of a shard must be more than 0");
    }
    return with(changed -> changed.maxShardBytes = OptionalLong.of(value));
  }
}
