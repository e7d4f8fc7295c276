package dev.pt2st.inspect;

import dev.pt2st.ResourceName;
import dev.pt2st.convert.names.NamedTensor;
import dev.pt2st.convert.planner.Contents;
import dev.pt2st.convert.planner.FlatModel;
import java.util.List;
import java.util.Map;

/** Inspects NumPy arrays by their headers. */
final class NumpyInspection {
  private NumpyInspection() {}

  static Inspection of(ResourceName name, FlatModel model) {
    List<TensorSummary> tensors = model.tensors().stream().map(NumpyInspection::summary).toList();
    return Inspection.ofTensors(
        name,
        model.bytes(),
        model.layout(),
        List.of(),
        tensors,
        tensors.stream().mapToLong(TensorSummary::bytes).sum(),
        Map.of(),
        null);
  }

  private static TensorSummary summary(NamedTensor tensor) {
    return TensorKind.summary(new Contents.Item(tensor.name(), tensor.tensor(), ""), "");
  }
}
