package dev.pt2st.convert.sidecar;

import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.Dropped;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tensors of a checkpoint are called in the output. A tensor and what is written of it
 * have the same view, whatever its name has become.
 */
final class SidecarNames {
  private final IdentityHashMap<TensorView, String> written = new IdentityHashMap<>();
  private final IdentityHashMap<TensorView, Dropped> dropped = new IdentityHashMap<>();

  SidecarNames(Plan plan) {
    for (PlannedTensor tensor : plan.tensors()) {
      List<TensorView> views = TensorData.of(tensor).views();
      if (!views.isEmpty()) {
        written.putIfAbsent(views.getFirst(), tensor.info().name());
      }
    }
    for (Dropped tensor : plan.droppedTensors()) {
      List<TensorView> views = TensorData.of(tensor).views();
      if (!views.isEmpty()) {
        dropped.putIfAbsent(views.getFirst(), tensor);
      }
    }
  }

  /** The name of a tensor in the output; null if it is not there. */
  @Nullable String of(TensorValue tensor) {
    TensorView view = viewOf(tensor);
    return view == null ? null : written.get(view);
  }

  /**
   * What is known of a tensor that is not there, since another has its elements; null otherwise.
   */
  @Nullable Dropped dropped(TensorValue tensor) {
    TensorView view = viewOf(tensor);
    return view == null ? null : dropped.get(view);
  }

  private static @Nullable TensorView viewOf(TensorValue tensor) {
    List<TensorView> views = tensor.content().views();
    return views.isEmpty() ? null : views.getFirst();
  }
}
