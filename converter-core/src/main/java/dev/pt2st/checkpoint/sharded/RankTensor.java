package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rank's part of a tensor that is sharded over several ({@code DTensor} of {@code
 * torch/distributed/tensor/_api.py}, {@code ShardedTensor} of {@code
 * torch/distributed/_shard/sharded_tensor/api.py}).
 *
 * @param shape of the whole tensor
 * @param pieces the pieces of this rank, possibly none
 * @param mesh the mesh of processes in words: {@code 2 x 4 (replicate, shard)}; empty if none is
 *     named
 */
record RankTensor(Shape shape, List<Local> pieces, String mesh) {
  private static final String D_TENSOR = ".DTensor";
  private static final String SHARDED_TENSOR = ".ShardedTensor";

  /** {@code ShardedTensor.__reduce_ex__}: shards, metadata, group, spec, references. */
  private static final int SHARDED_STATE = 5;

  /** A piece of this rank. */
  record Local(Box box, TensorView view) {}

  /**
   * Reads a tensor of a rank.
   *
   * @param place names the file and the tensor
   * @return null for an ordinary tensor
   * @throws CheckpointException if its placement is not supported
   */
  static @Nullable RankTensor of(TensorValue tensor, Place place) throws CheckpointException {
    if (!(tensor.content() instanceof TensorValue.Other other)) {
      return null;
    }
    String type = type(tensor);
    Shape shape = other.shape();
    Value state = tensor.attributes();
    if (shape == null || state == null || type.isEmpty()) {
      throw new MalformedException(place, "it is " + other.what() + ", which is not read here");
    }
    return type.endsWith(D_TENSOR)
        ? new Reader(place).ofDTensor(shape, state)
        : new Reader(place).ofShardedTensor(shape, state);
  }

  private static String type(TensorValue tensor) {
    for (Value part : tensor.parts()) {
      if (part instanceof GlobalValue global
          && (global.dottedName().endsWith(D_TENSOR)
              || global.dottedName().endsWith(SHARDED_TENSOR))) {
        return global.dottedName();
      }
    }
    return "";
  }

  private record Reader(Place place) {
    RankTensor ofDTensor(Shape shape, Value state) throws CheckpointException {
      DictValue slots = slots(state);
      if (!(slots.get("_local_tensor") instanceof TensorValue tensor)
          || !(tensor.content() instanceof TensorValue.Strided(TensorView local))
          || !(slots.get("_spec") instanceof ObjectValue spec)
          || !(spec.attributes().get("mesh") instanceof ObjectValue mesh)) {
        throw odd("it has no local tensor, or does not say how it is sharded");
      }
      List<Value> placements = items(spec.attributes().get("placements"), "its placements");
      long[] sizes = meshSizes(mesh.attributes());
      long[] coordinate = coordinate(mesh.attributes(), sizes.length);
      if (placements.size() != sizes.length) {
        throw odd(
            "it has "
                + placements.size()
                + " placements on a mesh of "
                + sizes.length
                + " dimensions");
      }
      checkOrder(spec.attributes(), placements);
      long[] offsets = new long[shape.rank()];
      long[] extents = shape.toArray();
      for (int i = 0; i < sizes.length; i++) {
        int dimension = dimension(placements.get(i), shape.rank());
        if (dimension < 0) {
          continue;
        }
        long extent = extents[dimension];
        long full = extent / sizes[i] + (extent % sizes[i] == 0 ? 0 : 1);
        long low =
            full != 0 && coordinate[i] > extent / full
                ? extent
                : Math.min(full * coordinate[i], extent);
        long high = Math.min(low + full, extent);
        offsets[dimension] += low;
        extents[dimension] = high - low;
      }
      Box box = new Box(Shape.of(offsets), Shape.of(extents));
      if (!local.shape().equals(box.sizes())) {
        throw odd(
            "its part has the sizes "
                + local.shape()
                + ", and by its placements it would have "
                + box.sizes());
      }
      return new RankTensor(shape, List.of(new Local(box, local)), shown(mesh.attributes(), sizes));
    }

    /** The dimension that a placement shards; negative if it is replicated. */
    private int dimension(Value placement, int rank) throws CheckpointException {
      if (placement instanceof ObjectValue object) {
        String name = object.typeName();
        if (name.endsWith(".Replicate")) {
          return -1;
        }
        if (name.endsWith(".Shard")
            && object.attributes().get("dim") instanceof Value.Int(long dimension)
            && dimension >= 0
            && dimension < rank) {
          return (int) dimension;
        }
        throw new RefusedException(
            place,
            "it is spread as " + name.substring(name.lastIndexOf('.') + 1) + ", which is not read",
            new Remedy.Advice("save it with full_tensor(), or as a distributed checkpoint"));
      }
      throw odd("a placement is not an object");
    }

    /**
     * Checks that mesh dimensions that shard the same tensor dimension do so in their own order.
     */
    private void checkOrder(DictValue spec, List<Value> placements) throws CheckpointException {
      Value order = spec.get("shard_order");
      if (order == null || order instanceof Value.None) {
        return;
      }
      for (Value entry : items(order, "its shard order")) {
        List<Value> fields =
            entry instanceof ObjectValue object ? object.arguments() : items(entry, "an entry");
        List<Value> mesh = fields.size() == 2 ? items(fields.get(1), "an entry") : List.of();
        long last = -1;
        for (Value dimension : mesh) {
          if (!(dimension instanceof Value.Int(long number))
              || number <= last
              || number >= placements.size()) {
            throw new RefusedException(
                place,
                "its dimensions are cut in an unusual order",
                new Remedy.Advice("save it with full_tensor(), or as a distributed checkpoint"));
          }
          last = number;
        }
      }
    }

    private long[] meshSizes(DictValue mesh) throws MalformedException {
      List<Long> sizes = new ArrayList<>();
      if (mesh.get("_layout") instanceof ObjectValue layout) {
        for (Value axis : items(layout.attributes().get("axes"), "the axes of its mesh")) {
          Shape shape =
              axis instanceof ObjectValue flat
                  ? Views.shapeOf(flat.attributes().get("shape"))
                  : null;
          if (shape == null) {
            throw odd("an axis of its mesh has no size");
          }
          sizes.add(shape.elementCount());
        }
      } else if (mesh.get("mesh") instanceof TensorValue tensor
          && tensor.content() instanceof TensorValue.Strided(TensorView view)) {
        for (long size : view.shape().toArray()) {
          sizes.add(size);
        }
      } else {
        throw odd("its mesh does not say how many ranks there are");
      }
      long[] found = sizes.stream().mapToLong(Long::longValue).toArray();
      for (long size : found) {
        if (size < 1 || size > Integer.MAX_VALUE) {
          throw odd("its mesh has a dimension of " + size + " ranks");
        }
      }
      return found;
    }

    private long[] coordinate(DictValue mesh, int rank) throws MalformedException {
      Shape coordinate = Views.shapeOf(mesh.get("_coordinate_on_dim"));
      if (coordinate == null || coordinate.rank() != rank) {
        throw odd("it does not say where in its mesh its rank is");
      }
      return coordinate.toArray();
    }

    /**
     * The sizes of a mesh, and its dimension names if it has any ({@code mesh_dim_names} before
     * 2.10).
     */
    private static String shown(DictValue mesh, long[] sizes) {
      String shown =
          Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(" x "));
      Value names = mesh.get("_mesh_dim_names");
      List<Value> items =
          (names == null ? mesh.get("mesh_dim_names") : names) instanceof TupleValue tuple
              ? tuple.items()
              : List.of();
      List<String> texts = new ArrayList<>();
      for (Value item : items) {
        if (item instanceof Value.Text text) {
          texts.add(text.value());
        }
      }
      return texts.isEmpty() ? shown : shown + " (" + String.join(", ", texts) + ")";
    }

    /** {@code (None or dict, slots)}, or the dict alone. */
    private DictValue slots(Value state) throws MalformedException {
      if (state instanceof DictValue dict) {
        return dict;
      }
      if (state instanceof TupleValue pair
          && pair.items().size() == 2
          && pair.get(1) instanceof DictValue dict) {
        return dict;
      }
      throw odd("its state is not one that PyTorch writes");
    }

    RankTensor ofShardedTensor(Shape shape, Value state) throws CheckpointException {
      if (!(state instanceof TupleValue tuple) || tuple.items().size() != SHARDED_STATE) {
        throw odd("its state is not one that PyTorch writes");
      }
      if (!(tuple.get(1) instanceof ObjectValue metadata)
          || !shape.equals(Views.shapeOf(metadata.attributes().get("size")))) {
        throw odd("its metadata does not have its sizes " + shape);
      }
      List<Local> pieces = new ArrayList<>();
      for (Value shard : items(tuple.get(0), "its shards")) {
        if (!(shard instanceof ObjectValue object)
            || !(object.attributes().get("tensor") instanceof TensorValue tensor)
            || !(tensor.content() instanceof TensorValue.Strided(TensorView view))
            || !(object.attributes().get("metadata") instanceof ObjectValue own)) {
          throw odd("a shard has no tensor, or does not say where it belongs");
        }
        Shape offsets = Views.shapeOf(own.attributes().get("shard_offsets"));
        Shape sizes = Views.shapeOf(own.attributes().get("shard_sizes"));
        if (offsets == null || sizes == null || !sizes.equals(view.shape())) {
          throw odd("a shard has the sizes " + view.shape() + ", and its metadata says " + sizes);
        }
        pieces.add(new Local(new Box(offsets, sizes), view));
      }
      return new RankTensor(shape, pieces, "");
    }

    private List<Value> items(@Nullable Value value, String what) throws MalformedException {
      return switch (value) {
        case ListValue list -> list.items();
        case TupleValue tuple -> tuple.items();
        case null, default -> throw odd(what + " are not a list");
      };
    }

    private MalformedException odd(String what) {
      return new MalformedException(place, what);
    }
  }
}
