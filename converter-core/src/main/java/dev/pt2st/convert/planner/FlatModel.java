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
 * Tensors that have their names already and nothing around them: what a safetensors file, an
 * archive of NumPy arrays, or the shards of a model are. A plan is made of one as of the root of a
 * checkpoint.
 *
 * @param layout what the input is made of, as users know it
 * @param place names the input in messages
 * @param bytes the size of all its files
 * @param tensors in the order of the files
 * @param packed those whose elements share bytes, and so lie in no view of their own type
 * @param metadata the texts that it has itself, which the output keeps
 * @param leftOut what stands beside the tensors
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
  /** Tensors without anything else: no metadata of their own, nothing beside them. */
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
