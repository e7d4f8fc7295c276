package dev.pt2st.convert.planner;

import dev.pt2st.Remedy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a tensor of the checkpoint is written, if it can be. */
sealed interface OutputForm {

  /**
   * It is written.
   *
   * @param tensors itself, or the tensors that represent it
   * @param origin what it was, as a JSON object; null if the tensors alone show it
   */
  record Written(List<NamedTensorData> tensors, @Nullable String origin) implements OutputForm {
    public Written {
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * safetensors cannot hold it.
   *
   * @param why in words that complete "the tensor is …"
   * @param options all of these must be given to convert it; empty if it cannot be converted
   */
  record Unwritable(String why, List<Remedy.Form> options) implements OutputForm {
    public Unwritable {
      options = List.copyOf(options);
    }
  }
}
