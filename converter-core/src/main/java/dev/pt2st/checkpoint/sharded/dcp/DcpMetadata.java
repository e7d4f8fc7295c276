package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.MetadataValue;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code .metadata} in a distributed checkpoint ({@code Metadata} of {@code
 * torch/distributed/checkpoint/metadata.py}).
 *
 * @param entries everything that it declares, in its order: tensors, and bytes with other values
 * @param items the locations of their pieces
 */
record DcpMetadata(List<Entry> entries, StoredItems items, Paths paths) {

  /**
   * A tensor, or a value that is pickled separately.
   *
   * @param tensor null for a value
   */
  record Entry(String name, MetadataValue.@Nullable Tensor tensor) {}

  /** A tensor as it is declared. */
  record Declared(DType dtype, Shape shape, List<Box> pieces) {}

  private static final String BYTES = "BytesStorageMetadata";

  /**
   * Reads the metadata.
   *
   * @param place names the file in messages
   * @throws MalformedException if it is not what PyTorch writes
   */
  static DcpMetadata of(Value top, Place place) throws MalformedException {
    return new Reader(place).read(top);
  }

  /**
   * Reads the dtype, shape and pieces of a tensor.
   *
   * @param place names the tensor in messages
   */
  static Declared declared(MetadataValue.Tensor tensor, Place place) throws MalformedException {
    DType dtype = tensor.dtype();
    Shape shape = tensor.shape();
    List<MetadataValue.Chunk> chunks = tensor.chunks();
    if (dtype == null || shape == null || chunks == null) {
      throw new MalformedException(place, "its dtype, its sizes or its pieces are not given");
    }
    List<Box> boxes = new ArrayList<>(chunks.size());
    for (MetadataValue.Chunk chunk : chunks) {
      Box box = chunk.box();
      if (box == null) {
        throw new MalformedException(place, "the offsets or sizes of a piece are not given");
      }
      boxes.add(box);
    }
    return new Declared(dtype, shape, boxes);
  }

  /**
   * The keys that lead to each value.
   *
   * @param planned the paths in {@code planner_data}; null if there are only names
   */
  record Paths(@Nullable DictValue planned) {
    /** The path of a name: at least one key. */
    List<Value> of(String name) {
      Value.Text text = new Value.Text(name);
      return planned != null && planned.get(text) instanceof TupleValue path
          ? path.items()
          : List.of(text);
    }
  }

  private record Reader(Place place) {
    DcpMetadata read(Value top) throws MalformedException {
      DictValue metadata = attributes(top);
      DictValue state = dict(metadata, "state_dict_metadata");
      List<Entry> entries = new ArrayList<>(state.size());
      for (int i = 0; i < state.size(); i++) {
        String name = text(state.key(i));
        switch (state.value(i)) {
          case MetadataValue.Tensor tensor -> entries.add(new Entry(name, tensor));
          case ObjectValue value when value.typeName().endsWith("." + BYTES) ->
              entries.add(new Entry(name, null));
          default -> throw odd("its entry of \"" + name + "\" is neither a tensor nor bytes");
        }
      }
      StoredItems items = StoredItems.of(dict(metadata, "storage_data"), entries, place);
      return new DcpMetadata(entries, items, paths(metadata));
    }

    private Paths paths(DictValue metadata) throws MalformedException {
      Value planner = metadata.get("planner_data");
      if (planner == null || planner instanceof Value.None) {
        return new Paths(null);
      }
      if (!(planner instanceof DictValue dict)) {
        throw odd("its planner_data is of a kind that PyTorch's own planner does not write");
      }
      for (int i = 0; i < dict.size(); i++) {
        String name = text(dict.key(i));
        if (!(dict.value(i) instanceof TupleValue path) || path.items().isEmpty()) {
          throw odd("the path of \"" + name + "\" is not a tuple of keys");
        }
        String joined = joined(path.items(), name);
        if (!joined.equals(name)) {
          throw odd("the path of \"" + name + "\" is \"" + joined + "\"");
        }
      }
      return new Paths(dict);
    }

    private String joined(List<Value> path, String name) throws MalformedException {
      StringBuilder joined = new StringBuilder();
      for (int i = 0; i < path.size(); i++) {
        if (i > 0) {
          joined.append('.');
        }
        switch (path.get(i)) {
          case Value.Text text -> joined.append(text.value());
          case Value.Int(long number) -> joined.append(number);
          default -> throw odd("the path of \"" + name + "\" has a key of another type");
        }
      }
      return joined.toString();
    }

    private DictValue attributes(Value value) throws MalformedException {
      if (value instanceof ObjectValue object
          && (object.typeName().endsWith(".Metadata")
              || object.typeName().endsWith(".MCoreMetadata"))) {
        return object.attributes();
      }
      throw odd("it has something else where PyTorch writes a Metadata");
    }

    private DictValue dict(DictValue metadata, String name) throws MalformedException {
      if (metadata.get(name) instanceof DictValue dict) {
        return dict;
      }
      throw odd("it has no " + name);
    }

    private String text(Value value) throws MalformedException {
      if (value instanceof Value.Text text) {
        return text.value();
      }
      throw odd("a name is not a string");
    }

    private MalformedException odd(String what) {
      return new MalformedException(place, what);
    }
  }
}
