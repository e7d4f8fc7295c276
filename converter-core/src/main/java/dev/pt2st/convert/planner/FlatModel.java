package dev.pt2st.convert.planner;

import dev.pt2st.Place;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.torch.value.TensorValue;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors without a surrounding value, as in a safetensors file, an archive of NumPy arrays,
 * or the shards of a model. A plan is made from them as from the root of a checkpoint.
 *
 * @param layout the layout of the input, as shown to users
 * @param place names the input in messages
 * @param bytes the size of all its files in bytes
 * @param tensors in the order of the files
 * @param packed the tensors whose elements share bytes, so that no view has their dtype
 * @param metadata its own metadata, which the output keeps
 * @param leftOut what the input has beside the tensors
 * @param inert globals that are not on the allowlist and were kept as inert records
 */
public record FlatModel(
    String layout,
    Place place,
    long bytes,
    List<NamedTensor> tensors,
    IdentityHashMap<TensorValue, TensorData.Packed> packed,
    Map<String, String> metadata,
    List<LeftOut> leftOut,
    List<RefusedGlobal> inert) {
  /** A model with nothing but tensors: no metadata and nothing beside them. */
  public static FlatModel of(String layout, Place place, long bytes, List<NamedTensor> tensors) {
    return new FlatModel(
        layout,
        place,
        bytes,
        tensors,
        new IdentityHashMap<>(),
        Map.of("format", "pt"),
        List.of(),
        List.of());
  }

  public FlatModel {
    tensors = List.copyOf(tensors);
    leftOut = List.copyOf(leftOut);
    inert = List.copyOf(inert);
  }
}
