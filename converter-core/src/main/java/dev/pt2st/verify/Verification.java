package dev.pt2st.verify;

import java.util.List;

/**
 * What a comparison of two models gave.
 *
 * @param tensors how many tensors were compared
 * @param bytes how many bytes of each model these have
 * @param differences where the models are not the same, by name; empty if they are
 */
public record Verification(int tensors, long bytes, List<Difference> differences) {
  public Verification {
    differences = List.copyOf(differences);
  }

  /** How many tensors differ: one may do so in several ways. */
  public int differingTensors() {
    return (int) differences.stream().map(Difference::name).distinct().count();
  }

  /** Whether the models are the same. */
  public boolean isSame() {
    return differences.isEmpty();
  }
}
