package dev.pt2st.convert.planner;

import dev.pt2st.Remedy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a tensor of the checkpoint. */
sealed interface OutputForm {

  /**
   * It is written.
   *
   * @param tensors as what: itself, or what stands for it
   * @param origin what it was, as an object of JSON, where the tensors alone do not say it
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
   * @param options each of these must be given for it to be converted; empty if it cannot be
   */
  record Unwritable(String why, List<Remedy.Form> options) implements OutputForm {
    public Unwritable {
      options = List.copyOf(options);
    }
  }
}
