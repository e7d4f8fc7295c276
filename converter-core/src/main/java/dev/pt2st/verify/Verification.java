package dev.pt2st.verify;

import java.util.List;

/**
 * The result of comparing two models.
 *
 * @param tensors how many tensors were compared
 * @param bytes their size in one model, in bytes
 * @param differences between the models, by name; empty if they are the same
 */
public record Verification(int tensors, long bytes, List<Difference> differences) {
  public Verification {
    differences = List.copyOf(differences);
  }

  /** How many tensors differ. One tensor may differ in several ways. */
  public int differingTensors() {
    return (int) differences.stream().map(Difference::name).distinct().count();
  }

  /** Whether the models are the same. */
  public boolean isSame() {
    return differences.isEmpty();
  }
}
