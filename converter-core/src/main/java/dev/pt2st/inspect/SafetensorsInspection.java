package dev.pt2st.inspect;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.format.Header;
import dev.pt2st.tensor.TensorInfo;
import java.util.List;
import java.util.Map;

/** Inspects a safetensors file by its header. */
final class SafetensorsInspection {
  private static final String LAYOUT = "safetensors";

  private SafetensorsInspection() {}

  static Inspection of(ResourceName name, MappedFile file) {
    try {
      Place place = Place.of(name);
      Header header = Header.read(file.cursor(place), place);
      List<TensorSummary> tensors =
          header.tensors().stream().map(SafetensorsInspection::summary).toList();
      long bytes = file.size() - header.size();
      return Inspection.ofTensors(
          name,
          file.size(),
          LAYOUT,
          List.of(new Fact("header bytes", Integer.toString(header.size()))),
          tensors,
          bytes,
          header.metadata(),
          null);
    } catch (CheckpointException e) {
      return broken(name, file.size(), e);
    }
  }

  /** A tensor as a header describes it. */
  static TensorSummary summary(TensorInfo tensor) {
    return new TensorSummary(
        tensor.name(),
        "",
        tensor.dtype(),
        tensor.shape(),
        null,
        tensor.end() - tensor.begin(),
        "",
        "",
        "");
  }

  private static Inspection broken(ResourceName name, long fileBytes, CheckpointException problem) {
    return Inspection.ofTensors(
        name, fileBytes, LAYOUT, List.of(), List.of(), 0, Map.of(), problem);
  }
}
