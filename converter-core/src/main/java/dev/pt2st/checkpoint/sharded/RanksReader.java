package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.RankTensor.Local;
import dev.pt2st.checkpoint.sharded.folder.Boxes;
import dev.pt2st.checkpoint.sharded.folder.Boxes.Box;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.ShardedContent.Piece;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model with one file per rank: mappings of tensors that are sharded over the ranks, and of
 * tensors that all ranks have.
 */
final class RanksReader {
  /** The key of FSDP with LOCAL_STATE_DICT, whose parts do not describe the whole. */
  private static final String FLAT_PARAMETER = "_flat_param";

  private final FolderParts parts;
  private final List<Place> places = new ArrayList<>();

  private RanksReader(FolderParts parts) {
    this.parts = parts;
  }

  static Checkpoint read(FolderParts parts) throws CheckpointException, IOException {
    return new RanksReader(parts).read();
  }

  private Checkpoint read() throws CheckpointException, IOException {
    RankFiles files = RankFiles.in(parts);
    List<Value> tops = new ArrayList<>();
    for (String name : files.names()) {
      MappedFile file = parts.files().open(name, parts.files().place());
      places.add(Place.of(file.name()));
      tops.add(parts.readSaved(file).top());
    }
    Value top = merge(tops, "", 0);
    if (!files.others().isEmpty()) {
      parts.leaveOut(files.others().size() + " other files of the ranks", 0, 0);
    }
    return parts.checkpoint(
        parts.files().opened().getFirst(),
        "model in one file a rank, of " + files.names().size() + " ranks",
        top);
  }

  /**
   * Merges the values of all ranks.
   *
   * @param values one of each rank, at the same path
   * @param name the keys that lead there
   */
  private Value merge(List<Value> values, String name, int depth) throws CheckpointException {
    if (depth > parts.options().limits().get(Limit.NESTING)) {
      throw new LimitException(places.getFirst(), Limit.NESTING, "it is nested too deep");
    }
    return switch (values.getFirst()) {
      case DictValue first -> dict(first, values, name, depth);
      case ListValue first -> new ListValue(list(first.items(), values, name, depth));
      case TupleValue first -> new TupleValue(list(first.items(), values, name, depth));
      case TensorValue first -> tensor(values, name);
      case Value first -> first;
    };
  }

  private Value dict(DictValue first, List<Value> values, String name, int depth)
      throws CheckpointException {
    DictValue merged = new DictValue(first.kind());
    for (int rank = 1; rank < values.size(); rank++) {
      if (!(values.get(rank) instanceof DictValue other) || other.size() != first.size()) {
        throw differs(rank, name, "is not the same mapping as that of rank 0");
      }
    }
    for (int i = 0; i < first.size(); i++) {
      Value key = first.key(i);
      String below = child(name, key);
      if (below.endsWith(FLAT_PARAMETER)) {
        throw new RefusedException(
            places.getFirst().ofTensor(below),
            "it is a part of FSDP's flat parameters (LOCAL_STATE_DICT), and no file says which"
                + " parameters these are made of",
            new Remedy.Advice(
                "load it with FSDP where it was trained, and save it with FULL_STATE_DICT or"
                    + " SHARDED_STATE_DICT"));
      }
      List<Value> inner = new ArrayList<>(values.size());
      for (int rank = 0; rank < values.size(); rank++) {
        Value value = values.get(rank) instanceof DictValue dict ? dict.get(key) : null;
        if (value == null) {
          throw differs(rank, below, "is missing, and rank 0 has it");
        }
        inner.add(value);
      }
      merged.put(key, merge(inner, below, depth + 1));
    }
    return merged;
  }

  private static String child(String name, Value key) {
    String last =
        switch (key) {
          case Value.Text text -> text.value();
          case Value.Int(long number) -> Long.toString(number);
          default -> "?";
        };
    return name.isEmpty() ? last : name + "." + last;
  }

  private List<Value> list(List<Value> first, List<Value> values, String name, int depth)
      throws CheckpointException {
    List<Value> merged = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      List<Value> inner = new ArrayList<>(values.size());
      for (int rank = 0; rank < values.size(); rank++) {
        List<Value> items =
            switch (values.get(rank)) {
              case ListValue list -> list.items();
              case TupleValue tuple -> tuple.items();
              default -> List.of();
            };
        if (items.size() != first.size()) {
          throw differs(rank, name, "is not the same list as that of rank 0");
        }
        inner.add(items.get(i));
      }
      merged.add(merge(inner, child(name, new Value.Int(i)), depth + 1));
    }
    return merged;
  }

  private TensorValue tensor(List<Value> values, String name) throws CheckpointException {
    List<Local> pieces = new ArrayList<>();
    Shape shape = null;
    DType dtype = null;
    for (int rank = 0; rank < values.size(); rank++) {
      Place place = places.get(rank).ofTensor(name);
      if (!(values.get(rank) instanceof TensorValue value)) {
        throw differs(rank, name, "is not a tensor, and rank 0 has one");
      }
      RankTensor own = RankTensor.of(value, place);
      if (own == null) {
        own = whole(value, place);
      }
      if (shape != null && !own.shape().equals(shape)) {
        throw differs(rank, name, "has the sizes " + own.shape() + ", and at rank 0 " + shape);
      }
      shape = own.shape();
      if (!own.mesh().isEmpty()) {
        parts.addMesh(own.mesh());
      }
      for (Local piece : own.pieces()) {
        if (dtype != null && piece.view().dtype() != dtype) {
          throw differs(
              rank,
              name,
              "is of dtype "
                  + piece.view().dtype().torchName()
                  + ", and others of "
                  + dtype.torchName());
        }
        dtype = piece.view().dtype();
        pieces.add(piece);
      }
    }
    return assembled(name, shape, dtype, pieces);
  }

  /** A tensor that a rank has completely. */
  private static RankTensor whole(TensorValue value, Place place) throws MalformedException {
    if (value.content() instanceof TensorValue.Strided(TensorView view)) {
      Box box = new Box(Shape.of(new long[view.shape().rank()]), view.shape());
      return new RankTensor(view.shape(), List.of(new Local(box, view)), "");
    }
    throw new MalformedException(place, "it is a tensor of a kind that ranks do not share");
  }

  private TensorValue assembled(
      String name, @Nullable Shape shape, @Nullable DType dtype, List<Local> pieces)
      throws CheckpointException {
    Place place = places.getFirst().ofTensor(name);
    if (shape == null || dtype == null) {
      throw new MalformedException(place, "no rank has a piece of it");
    }
    Map<Box, TensorView> views = new HashMap<>();
    List<Box> boxes = new ArrayList<>();
    for (Local piece : pieces) {
      TensorView other = views.putIfAbsent(piece.box(), piece.view());
      if (other != null && !piece.box().isEmpty() && !SameBits.in(other, piece.view())) {
        throw new MalformedException(
            place,
            "the copies that several ranks have of it differ, and nothing says which is right",
            new Remedy.Advice("save it again from a run in which they agree"));
      }
      boxes.add(piece.box());
    }
    List<Piece> placed = new ArrayList<>();
    for (Box box : Boxes.covering(shape, boxes, place, parts.deadline())) {
      TensorView view = views.get(box);
      if (view == null || view.storage().source() == null) {
        throw new MalformedException(place, "the elements of a piece are not in its file");
      }
      placed.add(new Piece(view, box.offsets()));
    }
    return new TensorValue(ShardedContent.of(shape, dtype, shape, placed));
  }

  private MalformedException differs(int rank, String name, String how) {
    return new MalformedException(
        places.get(rank).ofTensor(name), "what rank " + rank + " has there " + how);
  }
}
