package dev.pt2st.checkpoint.sharded;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.sharded.Boxes.Box;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.DTypeValue;
import dev.pt2st.torch.value.Views;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code .metadata} of a distributed checkpoint says ({@code Metadata} of {@code
 * torch/distributed/checkpoint/metadata.py}, {@code _StorageInfo} of {@code filesystem.py} there).
 *
 * @param tensors by their names
 * @param values names of what is no tensor, or holds some
 * @param items where each piece and each value lies
 * @param paths the keys that lead to each of them; null if the names are all there is
 */
record DcpMetadata(
    Map<String, Declared> tensors,
    List<String> values,
    Map<ItemKey, StoredItem> items,
    @Nullable Map<String, List<Value>> paths) {

  /** A tensor as it is declared. */
  record Declared(DType dtype, Shape shape, List<Box> pieces) {}

  /** What an item is looked up by; a value has no offsets. */
  record ItemKey(String name, @Nullable Shape offsets) {}

  /**
   * Bytes of a file.
   *
   * @param transforms what was done to them, in this order
   */
  record StoredItem(String file, long offset, long length, List<String> transforms) {}

  private static final String TENSOR = "TensorStorageMetadata";
  private static final String BYTES = "BytesStorageMetadata";

  /**
   * Reads it.
   *
   * @param place names the file in messages
   * @throws MalformedException if it is not what PyTorch writes
   */
  static DcpMetadata of(Value top, Place place) throws MalformedException {
    return new Reader(place).read(top);
  }

  private record Reader(Place place) {
    DcpMetadata read(Value top) throws MalformedException {
      DictValue metadata = attributes(top, "Metadata");
      DictValue state = dict(metadata, "state_dict_metadata");
      Map<String, Declared> tensors = new LinkedHashMap<>();
      List<String> values = new ArrayList<>();
      for (int i = 0; i < state.size(); i++) {
        String name = text(state.key(i), "a name");
        Value declared = state.value(i);
        if (isOf(declared, TENSOR)) {
          tensors.put(name, tensor(attributes(declared, TENSOR), name));
        } else if (isOf(declared, BYTES)) {
          values.add(name);
        } else {
          throw odd("what it says of \"" + name + "\" is neither a tensor nor bytes");
        }
      }
      return new DcpMetadata(
          tensors, values, items(dict(metadata, "storage_data")), paths(metadata));
    }

    private Declared tensor(DictValue tensor, String name) throws MalformedException {
      Place at = place.ofTensor(name);
      DType dtype = dtype(tensor.get("properties"));
      Shape shape = shape(tensor.get("size"));
      if (dtype == null || shape == null || !(tensor.get("chunks") instanceof ListValue chunks)) {
        throw new MalformedException(at, "its dtype, its sizes or its pieces are not given");
      }
      List<Box> boxes = new ArrayList<>(chunks.items().size());
      for (Value chunk : chunks.items()) {
        DictValue box = attributes(chunk, "ChunkStorageMetadata");
        Shape offsets = shape(box.get("offsets"));
        Shape sizes = shape(box.get("sizes"));
        if (offsets == null || sizes == null) {
          throw new MalformedException(at, "the offsets or sizes of a piece are not given");
        }
        boxes.add(new Box(offsets, sizes));
      }
      return new Declared(dtype, shape, boxes);
    }

    /** A tuple of five since 2.3, a dict of attributes before. */
    private static @Nullable DType dtype(@Nullable Value properties) {
      if (!(properties instanceof ObjectValue object)) {
        return null;
      }
      Value dtype = object.attributes().get("dtype");
      for (Value state : object.states()) {
        if (state instanceof TupleValue tuple && tuple.items().size() == 5) {
          dtype = tuple.get(0);
        }
      }
      return dtype instanceof DTypeValue value ? value.dtype() : null;
    }

    private Map<ItemKey, StoredItem> items(DictValue storage) throws MalformedException {
      Map<ItemKey, StoredItem> items = HashMap.newHashMap(storage.size());
      for (int i = 0; i < storage.size(); i++) {
        DictValue index = attributes(storage.key(i), "MetadataIndex");
        DictValue info = attributes(storage.value(i), "_StorageInfo");
        String name = text(index.get("fqn"), "the name of an item");
        Value offsets = index.get("offset");
        Shape at = offsets == null || offsets instanceof Value.None ? null : shape(offsets);
        if (at == null && offsets != null && !(offsets instanceof Value.None)) {
          throw odd("an item of \"" + name + "\" has offsets that are no sizes");
        }
        StoredItem item =
            new StoredItem(
                text(info.get("relative_path"), "the file of an item"),
                number(info.get("offset")),
                number(info.get("length")),
                transforms(info.get("transform_descriptors")));
        if (items.put(new ItemKey(name, at), item) != null) {
          throw odd("two items of \"" + name + "\" have the same place");
        }
      }
      return items;
    }

    private List<String> transforms(@Nullable Value value) throws MalformedException {
      if (value == null || value instanceof Value.None) {
        return List.of();
      }
      List<Value> items =
          switch (value) {
            case ListValue list -> list.items();
            case TupleValue tuple -> tuple.items();
            default -> throw odd("the transforms of an item are no list");
          };
      List<String> transforms = new ArrayList<>();
      for (Value item : items) {
        transforms.add(text(item, "a transform"));
      }
      return transforms;
    }

    private @Nullable Map<String, List<Value>> paths(DictValue metadata) throws MalformedException {
      Value planner = metadata.get("planner_data");
      if (planner == null || planner instanceof Value.None) {
        return null;
      }
      if (!(planner instanceof DictValue dict)) {
        throw odd("its planner_data is of a kind that PyTorch's own planner does not write");
      }
      Map<String, List<Value>> paths = HashMap.newHashMap(dict.size());
      for (int i = 0; i < dict.size(); i++) {
        String name = text(dict.key(i), "a name");
        if (!(dict.value(i) instanceof TupleValue path) || path.items().isEmpty()) {
          throw odd("the path of \"" + name + "\" is no tuple of keys");
        }
        List<String> keys = new ArrayList<>();
        for (Value key : path.items()) {
          String part =
              switch (key) {
                case Value.Text text -> text.value();
                case Value.Int(long number) -> Long.toString(number);
                default -> throw odd("the path of \"" + name + "\" has a key of another type");
              };
          keys.add(part);
        }
        String joined = String.join(".", keys);
        if (!joined.equals(name)) {
          throw odd("the path of \"" + name + "\" is \"" + joined + "\"");
        }
        paths.put(name, path.items());
      }
      return paths;
    }

    private static boolean isOf(@Nullable Value value, String type) {
      return value instanceof ObjectValue object && object.typeName().endsWith("." + type);
    }

    private DictValue attributes(@Nullable Value value, String type) throws MalformedException {
      if (value instanceof ObjectValue object
          && (isOf(value, type) || (type.equals("Metadata") && isOf(value, "MCoreMetadata")))) {
        return object.attributes();
      }
      throw odd("it has something else where PyTorch writes a " + type);
    }

    private DictValue dict(DictValue metadata, String name) throws MalformedException {
      if (metadata.get(name) instanceof DictValue dict) {
        return dict;
      }
      throw odd("it has no " + name);
    }

    private static @Nullable Shape shape(@Nullable Value value) {
      return value == null ? null : Views.shapeOf(value);
    }

    private String text(@Nullable Value value, String what) throws MalformedException {
      if (value instanceof Value.Text text) {
        return text.value();
      }
      throw odd(what + " is no text");
    }

    private long number(@Nullable Value value) throws MalformedException {
      if (value instanceof Value.Int(long number) && number >= 0) {
        return number;
      }
      throw odd("the offset or the length of an item is no number of bytes");
    }

    private MalformedException odd(String what) {
      return new MalformedException(place, what);
    }
  }
}
