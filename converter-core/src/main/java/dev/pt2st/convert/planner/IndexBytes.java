package dev.pt2st.convert.planner;

import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.safetensors.format.ShardIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The index of the shards of a plan. It depends only on the plan and the names of the files. */
public final class IndexBytes {
  private IndexBytes() {}

  /**
   * The bytes of the index.
   *
   * @param names of the files, without folders, in the order of the plan
   */
  public static byte[] of(Plan plan, List<String> names) {
    Map<String, String> shards = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      PlannedFile file = plan.files().get(i);
      for (PlannedTensor tensor : file.tensors()) {
        shards.put(tensor.info().name(), names.get(i));
      }
    }
    Map<String, String> metadata = new HashMap<>(plan.metadata());
    metadata.remove("format");
    return ShardIndex.write(shards, plan.dataBytes(), metadata);
  }
}
