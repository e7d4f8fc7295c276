package dev.pt2st.convert.sidecar;

import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.Dropped;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.TensorValue;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of a checkpoint's tensors in the output. A tensor and its entry in the plan have the
 * same view or the same pieces, even if it was renamed.
 */
final class SidecarNames {
  private final IdentityHashMap<Object, String> written = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Dropped> dropped = new IdentityHashMap<>();

  SidecarNames(Plan plan) {
    for (PlannedTensor tensor : plan.tensors()) {
      Object key = keyOf(TensorData.of(tensor));
      if (key != null) {
        written.putIfAbsent(key, tensor.info().name());
      }
    }
    for (Dropped tensor : plan.droppedTensors()) {
      Object key = keyOf(TensorData.of(tensor));
      if (key != null) {
        dropped.putIfAbsent(key, tensor);
      }
    }
  }

  /** The name of a tensor in the output; null if it is not written. */
  @Nullable String of(TensorValue tensor) {
    Object key = keyOf(tensor);
    return key == null ? null : written.get(key);
  }

  /**
   * The plan's entry for a tensor that was dropped, as another has its elements; null otherwise.
   */
  @Nullable Dropped dropped(TensorValue tensor) {
    Object key = keyOf(tensor);
    return key == null ? null : dropped.get(key);
  }

  private static @Nullable Object keyOf(TensorData data) {
    return switch (data) {
      case TensorData.Cast(TensorData source, DType dtype) -> keyOf(source);
      case TensorData.Assembled(ShardedContent tensor) -> tensor.pieces();
      default -> first(data.views());
    };
  }

  private static @Nullable Object keyOf(TensorValue tensor) {
    return tensor.content() instanceof ShardedContent sharded
        ? sharded.pieces()
        : first(tensor.content().views());
  }

  private static @Nullable TensorView first(List<TensorView> views) {
    return views.isEmpty() ? null : views.getFirst();
  }
}
