package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.FairscaleMetadata.FlatParameter;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.TensorValue;
import java.util.Map;

/**
 * Recognises a part of a checkpoint of several processes by its content, whatever its name and
 * folder.
 */
public final class LonePart {
  /** What to do about placeholders. */
  public static final String MERGE =
      "convert the folder with the files of all processes, global_stepN, or merge them with"
          + " zero_to_fp32.py, which DeepSpeed puts beside them";

  private LonePart() {}

  /**
   * Refuses a single shard of fairscale's FSDP: its metadata describe a flat tensor in its state
   * dict that consists of other parameters. A consolidated checkpoint has the same metadata, but no
   * such tensor.
   *
   * @throws RefusedException if it is such a shard
   */
  public static void refuseShard(Checkpoint checkpoint) throws RefusedException {
    Place place = Place.of(checkpoint.container().file().name());
    if (isShard(checkpoint, place)) {
      throw new RefusedException(
          place,
          "this file is one shard of fairscale's FSDP: of each parameter it holds a part",
          new Remedy.Advice(
              "put all its shards into a folder, under the names NAME-shard0.pt, NAME-shard1.pt and so"
                  + " on, and convert the folder"));
    }
  }

  private static boolean isShard(Checkpoint checkpoint, Place place) {
    if (!(checkpoint.top() instanceof DictValue top)
        || !(top.get(FairscaleReader.MODEL) instanceof DictValue model)) {
      return false;
    }
    Value metadata = FairscaleMetadata.in(top);
    if (metadata == null) {
      return false;
    }
    try {
      for (FlatParameter flat : FairscaleMetadata.of(metadata, place).parameters()) {
        boolean isItself =
            flat.parts().size() == 1 && flat.parts().getFirst().name().equals(flat.key());
        if (!isItself && model.get(new Value.Text(flat.key())) != null) {
          return true;
        }
      }
      return false;
    } catch (CheckpointException e) {
      return true; // it has such metadata, but they are ambiguous
    }
  }

  /**
   * Refuses the model states of one process of DeepSpeed's ZeRO-3: weights that have elements by
   * {@code param_shapes} are empty placeholders or missing ({@code
   * runtime/zero/partition_parameters.py}). Buffers are complete.
   *
   * @throws UnsupportedException if there are such placeholders
   */
  public static void refusePlaceholders(Checkpoint checkpoint) throws UnsupportedException {
    if (!(checkpoint.top() instanceof DictValue top)
        || !(top.get("module") instanceof DictValue module)) {
      return;
    }
    Value declared = top.get("param_shapes");
    Place place = Place.of(checkpoint.container().file().name());
    boolean isFlat = module.entries().stream().noneMatch(e -> e.value() instanceof DictValue);
    int placeholders = 0;
    try {
      if (declared != null) {
        for (Map<String, Shape> group : ZeroReader.groups(declared, place)) {
          for (Map.Entry<String, Shape> parameter : group.entrySet()) {
            Value weight = module.get(new Value.Text(parameter.getKey()));
            boolean isEmpty = weight == null ? isFlat : isPlaceholder(weight);
            placeholders += isEmpty && hasElements(parameter.getValue()) ? 1 : 0;
          }
        }
      }
    } catch (CheckpointException e) {
      return; // a key of that name may be anything
    }
    if (placeholders > 0) {
      throw new UnsupportedException(
          place,
          placeholders
              + (placeholders == 1 ? " of its weights is" : " of its weights are")
              + " not in it, or as empty placeholders, as DeepSpeed's ZeRO-3 leaves them for weights that lie in the"
              + " files of all its processes",
          new Remedy.Advice(MERGE));
    }
  }

  private static boolean hasElements(Shape shape) {
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.get(i) == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlaceholder(Value value) {
    return value instanceof TensorValue tensor
        && tensor.content() instanceof TensorValue.Strided(var view)
        && view.shape().rank() == 1
        && view.shape().get(0) == 0;
  }
}
