package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fairscale shard's description of the parameters in its flat tensors ({@code
 * local_metadata_dict} of {@code fairscale/nn/data_parallel/fully_sharded_data_parallel.py}).
 *
 * @param parameters the flat tensors, each of which every rank has a part of
 * @param aliases other names of parameters, each with the name that has the elements
 * @param buffers the names of buffers; non-persistent ones are in no file
 */
record FairscaleMetadata(
    List<FlatParameter> parameters, Map<String, String> aliases, List<String> buffers) {
  private static final String PARAMETERS = "param_metadata";

  /** The key of metaseq, and that of fairseq. */
  private static final List<String> KEYS = List.of("shard_metadata", "fsdp_metadata");

  /**
   * A flat tensor.
   *
   * @param key under which its part is in the state dict of each rank
   * @param parts the parameters that it is made of, in order
   * @param padding how many elements at the end of this rank's part are padding
   */
  record FlatParameter(String key, List<Part> parts, long padding) {
    long elements() {
      return parts.stream().mapToLong(part -> part.shape.elementCount()).sum();
    }
  }

  /** A parameter with its full name. */
  record Part(String name, Shape shape) {}

  /** The state dict in a shard, beside its metadata. */
  static @Nullable Value in(DictValue top) {
    for (String key : KEYS) {
      if (top.get(key) instanceof DictValue metadata && metadata.get(PARAMETERS) != null) {
        return metadata;
      }
    }
    return null;
  }

  /** Whether a key of a shard holds such metadata. */
  static boolean isKey(Value key) {
    return key instanceof Value.Text text && KEYS.contains(text.value());
  }

  /**
   * Reads the metadata.
   *
   * @param place names the file in messages
   * @throws CheckpointException if fairscale does not write such metadata, or they are ambiguous
   */
  static FairscaleMetadata of(@Nullable Value value, Place place) throws CheckpointException {
    return new Reader(place).read(value);
  }

  private static final class Reader {
    private final Place place;
    private final List<FlatParameter> parameters = new ArrayList<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();

    Reader(Place place) {
      this.place = place;
    }

    FairscaleMetadata read(@Nullable Value value) throws CheckpointException {
      if (!(value instanceof DictValue metadata)) {
        throw odd("it has no " + String.join(" or ", KEYS) + " with " + PARAMETERS);
      }
      for (Value item : list(metadata.get(PARAMETERS), PARAMETERS)) {
        if (!(item instanceof DictValue wrapper)
            || !(wrapper.get("fsdp_path") instanceof Value.Text path)) {
          throw odd("an entry of " + PARAMETERS + " does not say which tensor it belongs to");
        }
        refuseExperts(wrapper);
        if (wrapper.get("params") instanceof DictValue params) {
          addNew(params, path.value());
          addAliases(wrapper.get("shared_param_info"), path.value());
        } else if (wrapper.get("is_flat") instanceof Value.Bool(boolean isFlat)) {
          addOld(wrapper, path.value(), isFlat);
        } else {
          throw odd("an entry of " + PARAMETERS + " does not name its parameters");
        }
      }
      return new FairscaleMetadata(
          parameters, aliases, texts(metadata.get("buffer_names"), "buffer_names"));
    }

    /**
     * Refuses a wrapper whose parameters differ between ranks ({@code no_broadcast_optim_state}).
     */
    private void refuseExperts(DictValue wrapper) throws CheckpointException {
      if (!(wrapper.get("no_broadcast_optim_state") instanceof Value.Bool(boolean isOwn))) {
        throw odd("an entry of " + PARAMETERS + " does not say whether all ranks share it");
      }
      if (isOwn) {
        throw new RefusedException(
            place,
            "some of its parameters are each rank's own, as experts are",
            new Remedy.Advice("merge the shards with consolidate_fsdp_shards.py of metaseq"));
      }
    }

    /** The format since 0.3.8: {@code params: {flat: {names, shapes, numels, padding}}}. */
    private void addNew(DictValue params, String path) throws MalformedException {
      for (DictValue.Entry entry : params.entries()) {
        if (!(entry.key() instanceof Value.Text flat)
            || !(entry.value() instanceof DictValue made)) {
          throw odd("its entry of a parameter is not a dict");
        }
        add(
            joined(path, flat.value()),
            path,
            texts(made.get("names"), "names"),
            list(made.get("shapes"), "shapes"),
            list(made.get("numels"), "numels"),
            made.get("padding"));
      }
    }

    /**
     * The format before 0.3.8: a list of each of these, and one tensor if it is flat, or one for
     * each name.
     */
    private void addOld(DictValue wrapper, String path, boolean isFlat) throws MalformedException {
      List<String> names = texts(wrapper.get("param_names"), "param_names");
      List<Value> shapes = list(wrapper.get("param_shapes"), "param_shapes");
      List<Value> counts = list(wrapper.get("param_numels"), "param_numels");
      List<Value> padding = list(wrapper.get("num_padded"), "num_padded");
      if (padding.size() != (isFlat ? 1 : names.size())
          || shapes.size() != names.size()
          || counts.size() != names.size()) {
        throw odd("the names, sizes and paddings of its parameters are not equally many");
      }
      if (isFlat) {
        add(joined(path, "flat_param_0"), path, names, shapes, counts, padding.getFirst());
        return;
      }
      for (int i = 0; i < names.size(); i++) {
        add(
            joined(path, names.get(i)),
            path,
            List.of(names.get(i)),
            List.of(shapes.get(i)),
            List.of(counts.get(i)),
            padding.get(i));
      }
    }

    private void add(
        String key,
        String path,
        List<String> names,
        List<Value> shapes,
        List<Value> counts,
        @Nullable Value padding)
        throws MalformedException {
      if (names.size() != shapes.size() || names.size() != counts.size() || names.isEmpty()) {
        throw odd("the names and sizes of what \"" + key + "\" is made of are not equally many");
      }
      if (!(padding instanceof Value.Int(long padded)) || padded < 0) {
        throw odd("it does not say how much of \"" + key + "\" is padding");
      }
      List<Part> parts = new ArrayList<>(names.size());
      long elements = 0;
      for (int i = 0; i < names.size(); i++) {
        Shape shape = Views.shapeOf(shapes.get(i));
        if (shape == null || !(counts.get(i) instanceof Value.Int(long count))) {
          throw odd("the sizes of \"" + names.get(i) + "\" are not sizes");
        }
        try {
          elements = Math.addExact(elements, shape.elementCount());
        } catch (ArithmeticException e) {
          throw odd("the sizes " + shape + " of \"" + names.get(i) + "\" overflow");
        }
        if (shape.elementCount() != count) {
          throw odd(
              "\""
                  + names.get(i)
                  + "\" has the sizes "
                  + shape
                  + " and, as it says, "
                  + count
                  + " elements");
        }
        parts.add(new Part(joined(path, names.get(i)), shape));
      }
      parameters.add(new FlatParameter(key, parts, padded));
    }

    /**
     * Adds aliases, whose paths begin at the wrapper; only the outermost wrapper has no path of its
     * own.
     */
    private void addAliases(@Nullable Value shared, String path) throws CheckpointException {
      List<Value> pairs = list(shared, "shared_param_info");
      if (!pairs.isEmpty() && !path.isEmpty()) {
        throw new RefusedException(
            place,
            "parameters within \""
                + path
                + "\" are shared, and nothing says where their names begin",
            new Remedy.Advice("merge the shards with consolidate_fsdp_shards.py of metaseq"));
      }
      for (Value pair : pairs) {
        List<String> names = texts(pair, "shared_param_info");
        if (names.size() != 2 || aliases.put(names.get(1), names.get(0)) != null) {
          throw odd("an entry of shared_param_info is not a pair of names");
        }
      }
    }

    private static String joined(String path, String name) {
      return path.isEmpty() ? name : path + "." + name;
    }

    private List<String> texts(@Nullable Value value, String what) throws MalformedException {
      List<String> texts = new ArrayList<>();
      for (Value item : list(value, what)) {
        if (!(item instanceof Value.Text text)) {
          throw odd("an item of " + what + " is not a string");
        }
        texts.add(text.value());
      }
      return texts;
    }

    private List<Value> list(@Nullable Value value, String what) throws MalformedException {
      return switch (value) {
        case ListValue list -> list.items();
        case TupleValue tuple -> tuple.items();
        case null, default -> throw odd(what + " in its metadata is not a list");
      };
    }

    private MalformedException odd(String what) {
      return new MalformedException(place, what);
    }
  }
}
