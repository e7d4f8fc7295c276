package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.DTypeValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects in {@code .metadata}, of which there may be a million ({@code
 * torch/distributed/checkpoint/metadata.py}, {@code _StorageInfo} of {@code filesystem.py} there).
 * Each keeps what it needs of its state and drops the rest. Missing or invalid attributes are null
 * or negative; the reader of the attribute refuses them.
 */
public sealed interface MetadataValue extends DomainValue {
  /** The names of attributes. */
  final class Names {
    static final Value.Text DTYPE = new Value.Text("dtype");
    static final Value.Text OFFSETS = new Value.Text("offsets");
    static final Value.Text SIZES = new Value.Text("sizes");
    static final Value.Text PROPERTIES = new Value.Text("properties");
    static final Value.Text SIZE = new Value.Text("size");
    static final Value.Text CHUNKS = new Value.Text("chunks");
    static final Value.Text FQN = new Value.Text("fqn");
    static final Value.Text OFFSET = new Value.Text("offset");
    static final Value.Text RELATIVE_PATH = new Value.Text("relative_path");
    static final Value.Text LENGTH = new Value.Text("length");
    static final Value.Text TRANSFORMS = new Value.Text("transform_descriptors");

    private Names() {}
  }

  @Override
  default List<Value> parts() {
    return List.of();
  }

  /** An attribute in a state, which is a dict or a pair of dicts. */
  static @Nullable Value attribute(Value state, Value.Text name) {
    return switch (state) {
      case DictValue dict -> dict.get(name);
      case TupleValue pair when pair.items().size() == 2 -> {
        Value found = null;
        for (Value part : pair.items()) {
          Value inPart = part instanceof DictValue dict ? dict.get(name) : null;
          found = inPart == null ? found : inPart;
        }
        yield found;
      }
      default -> null;
    };
  }

  /** Whether a state sets attributes. */
  private static boolean hasAttributes(Value state) {
    return state instanceof DictValue || state instanceof TupleValue;
  }

  /** {@code TensorProperties}. */
  final class Properties implements MetadataValue {
    private static final int FIELDS = 5;
    private @Nullable DType dtype;

    /** A tuple of five since 2.3, a dict of attributes before. */
    @Override
    public boolean takeState(Value state) {
      Value given =
          state instanceof TupleValue tuple && tuple.items().size() == FIELDS
              ? tuple.get(0)
              : attribute(state, Names.DTYPE);
      dtype = given instanceof DTypeValue value ? value.dtype() : null;
      return hasAttributes(state);
    }

    @Override
    public long ownBytes() {
      return 24;
    }
  }

  /** {@code ChunkStorageMetadata}. */
  final class Chunk implements MetadataValue {
    private static final int BYTES = 24;
    private final MetadataPool pool;
    private @Nullable Shape offsets;
    private @Nullable Shape sizes;

    Chunk(MetadataPool pool) {
      this.pool = pool;
    }

    @Override
    public boolean takeState(Value state) {
      pool.begin();
      offsets = pool.shape(attribute(state, Names.OFFSETS));
      sizes = pool.shape(attribute(state, Names.SIZES));
      return hasAttributes(state);
    }

    /** The box; null if it lacks a part. */
    public @Nullable Box box() {
      return offsets == null || sizes == null ? null : new Box(offsets, sizes);
    }

    @Override
    public long ownBytes() {
      return BYTES + pool.added();
    }
  }

  /** {@code TensorStorageMetadata}. */
  final class Tensor implements MetadataValue {
    private static final Chunk[] NONE = new Chunk[0];
    private final MetadataPool pool;

    /** The size of the pool when the tensor, and so its first piece, was begun. */
    private final long before;

    private @Nullable DType dtype;
    private @Nullable Shape shape;
    private Chunk @Nullable [] chunks;
    private long bytes = 56;

    Tensor(MetadataPool pool) {
      this.pool = pool;
      this.before = pool.bytes();
    }

    @Override
    public boolean takeState(Value state) {
      dtype = attribute(state, Names.PROPERTIES) instanceof Properties given ? given.dtype : null;
      shape = pool.shape(attribute(state, Names.SIZE));
      chunks =
          attribute(state, Names.CHUNKS) instanceof ListValue list ? chunks(list.items()) : null;
      return hasAttributes(state);
    }

    private Chunk @Nullable [] chunks(List<Value> items) {
      Chunk[] found = items.isEmpty() ? NONE : new Chunk[items.size()];
      for (int i = 0; i < found.length; i++) {
        if (!(items.get(i) instanceof Chunk chunk)) {
          return null;
        }
        found[i] = chunk;
        bytes += Integer.BYTES + Chunk.BYTES;
      }
      return found;
    }

    public @Nullable DType dtype() {
      return dtype;
    }

    public @Nullable Shape shape() {
      return shape;
    }

    /** The pieces; null if they are missing. */
    public @Nullable List<Chunk> chunks() {
      return chunks == null ? null : Arrays.asList(chunks);
    }

    @Override
    public long ownBytes() {
      return bytes + pool.bytes() - before;
    }
  }

  /** {@code MetadataIndex}: the key of an item. Each object is a key of its own. */
  final class Index implements MetadataValue {
    private static final int BYTES = 32;

    /** Marks offsets that no tensor has. */
    private static final Shape ODD = Shape.of(-1);

    private final MetadataPool pool;
    private final int number;
    private @Nullable String name;
    private @Nullable Shape offsets;

    /**
     * @param number tells it from the others
     */
    Index(MetadataPool pool, int number) {
      this.pool = pool;
      this.number = number;
    }

    @Override
    public boolean takeState(Value state) {
      pool.begin();
      name = pool.text(attribute(state, Names.FQN));
      Value given = attribute(state, Names.OFFSET);
      if (given != null && !(given instanceof Value.None)) {
        Shape shape = pool.shape(given);
        offsets = shape == null ? ODD : shape;
      }
      return hasAttributes(state);
    }

    public @Nullable String name() {
      return name;
    }

    /**
     * The offsets; null for a value that is not a tensor. Must not be called if they are invalid.
     */
    public @Nullable Shape offsets() {
      return offsets;
    }

    /** Whether its offsets are invalid. */
    @SuppressWarnings("ReferenceEquality") // the very object that stands for such
    public boolean isOdd() {
      return offsets == ODD;
    }

    @Override
    public long ownBytes() {
      return BYTES + pool.added();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  /** {@code _StorageInfo}: a range of bytes in a file. */
  final class Info implements MetadataValue {
    private static final int BYTES = 40;
    private final MetadataPool pool;
    private @Nullable String file;
    private long offset = -1;
    private long length = -1;
    private @Nullable List<String> transforms;

    Info(MetadataPool pool) {
      this.pool = pool;
    }

    @Override
    public boolean takeState(Value state) {
      pool.begin();
      file = pool.text(attribute(state, Names.RELATIVE_PATH));
      offset = number(attribute(state, Names.OFFSET));
      length = number(attribute(state, Names.LENGTH));
      transforms = transforms(attribute(state, Names.TRANSFORMS));
      return hasAttributes(state);
    }

    private static long number(@Nullable Value value) {
      return value instanceof Value.Int(long number) ? number : -1;
    }

    private @Nullable List<String> transforms(@Nullable Value value) {
      List<Value> items =
          switch (value) {
            case null -> List.of();
            case Value.None none -> List.of();
            case ListValue list -> list.items();
            case TupleValue tuple -> tuple.items();
            default -> null;
          };
      if (items == null || items.isEmpty()) {
        return items == null ? null : List.of();
      }
      List<String> found = new ArrayList<>(items.size());
      for (Value item : items) {
        String text = pool.text(item);
        if (text == null) {
          return null;
        }
        found.add(text);
      }
      return found;
    }

    /** The path of the file, relative to the folder. */
    public @Nullable String file() {
      return file;
    }

    /** Negative if it is not a number of bytes. */
    public long offset() {
      return offset;
    }

    /** Negative if it is not a number of bytes. */
    public long length() {
      return length;
    }

    /** The transforms of the bytes, in order; null if they are not understood. */
    public @Nullable List<String> transforms() {
      return transforms;
    }

    @Override
    public long ownBytes() {
      long listed = transforms == null || transforms.isEmpty() ? 0 : 64 + 8L * transforms.size();
      return BYTES + listed + pool.added();
    }
  }
}
