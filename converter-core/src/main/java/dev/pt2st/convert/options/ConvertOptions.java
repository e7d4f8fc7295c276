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

/** The options of a conversion. Immutable; the {@code with} methods return changed copies. */
public final class ConvertOptions {
  /** The default options. */
  public static final ConvertOptions STANDARD = new ConvertOptions(new Values());

  /**
   * The key in {@code __metadata__} whose text describes what tensors were before the conversion.
   */
  public static final String CONVERTED = "pt2st.converted";

  /** The rules choose the root. */
  public static final String AUTO_ROOT = "auto";

  /** The root is the whole checkpoint. */
  public static final String ALL_ROOT = "all";

  private final Values values;

  /** How tensors that share a storage are written. */
  public enum Shared {
    /** Each is written in full. */
    KEEP,
    /** One complete tensor of each group is written; the metadata name the others. */
    DROP
  }

  /** How tensors that safetensors cannot hold are handled. */
  public enum Unsupported {
    /** The conversion is refused, and the message names them. */
    REFUSE,
    /** They are left out, and the plan lists them. */
    SKIP
  }

  /** How quantized tensors are written. */
  public enum Quantized {
    /** They count as tensors that safetensors cannot hold. */
    REFUSE,
    /** Their dequantized values are written, as float32. */
    DEQUANTIZE,
    /** Their integers, scales and zero points are written, each as a tensor. */
    COMPONENTS
  }

  /** How sparse tensors are written. */
  public enum Sparse {
    /** They count as tensors that safetensors cannot hold. */
    REFUSE,
    /** They are written in dense form. */
    DENSE,
    /** Their indices and values are written, each as a tensor. */
    COMPONENTS
  }

  /** How nested tensors are written. */
  public enum Nested {
    /** They count as tensors that safetensors cannot hold. */
    REFUSE,
    /** Their elements, sizes and offsets are written, each as a tensor. */
    COMPONENTS
  }

  /** How tensors with a complex dtype that safetensors does not have are written. */
  public enum Complex {
    /** They count as tensors that safetensors cannot hold. */
    REFUSE,
    /** Their real and imaginary parts are written, as an additional last dimension of size 2. */
    REAL
  }

  /** The options with their defaults; only changed before they are shared. */
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

  /** The name of one of several checkpoints in a folder; empty to let the rules choose. */
  public String tag() {
    return values.tag;
  }

  /** These options with another {@link #tag}. */
  public ConvertOptions withTag(String value) {
    return with(changed -> changed.tag = value);
  }

  /** The root that is converted: {@code auto}, {@code all} or a path. */
  public String root() {
    return values.root;
  }

  /** These options with another {@link #root}. */
  public ConvertOptions withRoot(String value) {
    return with(changed -> changed.root = value);
  }

  /** The rules that select tensors by name and rename them. */
  public NameOptions names() {
    return values.names;
  }

  /** These options with another {@link #names}. */
  public ConvertOptions withNames(NameOptions value) {
    return with(changed -> changed.names = value);
  }

  /** How tensors that share a storage are written. */
  public Shared shared() {
    return values.shared;
  }

  /** These options with another {@link #shared}. */
  public ConvertOptions withShared(Shared value) {
    return with(changed -> changed.shared = value);
  }

  /** How tensors that safetensors cannot hold are handled. */
  public Unsupported unsupported() {
    return values.unsupported;
  }

  /** These options with another {@link #unsupported}. */
  public ConvertOptions withUnsupported(Unsupported value) {
    return with(changed -> changed.unsupported = value);
  }

  /** The dtype to which floating tensors are cast; empty if they keep their own. */
  public Optional<DType> cast() {
    return Optional.ofNullable(values.cast);
  }

  /**
   * Casts all floating tensors, as {@code Module.to(dtype)} does: those of float64, float32,
   * float16, bfloat16 and the 8-bit floats. Integers, booleans, complex numbers and packed 4-bit
   * floats stay as they are.
   *
   * @param value F32, F16 or BF16
   * @throws IllegalArgumentException if it is another dtype
   */
  public ConvertOptions withCast(DType value) {
    if (!NumericSupport.canCastTo(value)) {
      throw new IllegalArgumentException("nothing is cast to " + value);
    }
    return with(changed -> changed.cast = value);
  }

  /** How quantized tensors are written. */
  public Quantized quantized() {
    return values.quantized;
  }

  /** These options with another {@link #quantized}. */
  public ConvertOptions withQuantized(Quantized value) {
    return with(changed -> changed.quantized = value);
  }

  /** How sparse tensors are written. */
  public Sparse sparse() {
    return values.sparse;
  }

  /** These options with another {@link #sparse}. */
  public ConvertOptions withSparse(Sparse value) {
    return with(changed -> changed.sparse = value);
  }

  /** How nested tensors are written. */
  public Nested nested() {
    return values.nested;
  }

  /** These options with another {@link #nested}. */
  public ConvertOptions withNested(Nested value) {
    return with(changed -> changed.nested = value);
  }

  /** How tensors with a complex dtype that safetensors does not have are written. */
  public Complex complex() {
    return values.complex;
  }

  /** These options with another {@link #complex}. */
  public ConvertOptions withComplex(Complex value) {
    return with(changed -> changed.complex = value);
  }

  /** Entries for {@code __metadata__} besides {@code format}, in order. */
  public Map<String, String> metadata() {
    return values.metadata;
  }

  /**
   * These options with other {@link #metadata}.
   *
   * @throws IllegalArgumentException if an entry has the key {@link #CONVERTED}
   */
  public ConvertOptions withMetadata(Map<String, String> value) {
    if (value.containsKey(CONVERTED)) {
      throw new IllegalArgumentException("the key " + CONVERTED + " is kept for the conversion");
    }
    Map<String, String> copy = Collections.unmodifiableMap(new LinkedHashMap<>(value));
    return with(changed -> changed.metadata = copy);
  }

  /** Keys that are removed from {@code __metadata__}. */
  public Set<String> removedMetadata() {
    return values.removedMetadata;
  }

  /** Removes entries from {@code __metadata__}, such as those of a safetensors input. */
  public ConvertOptions withoutMetadata(Set<String> keys) {
    Set<String> copy = Set.copyOf(keys);
    return with(changed -> changed.removedMetadata = copy);
  }

  /**
   * The most bytes of tensor data in a file of the output, unless a single tensor has more; empty
   * if the output is one file of any size.
   */
  public OptionalLong maxShardBytes() {
    return values.maxShardBytes;
  }

  /**
   * Splits the output into shards with an index.
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
