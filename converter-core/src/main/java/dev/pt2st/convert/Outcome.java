package dev.pt2st.convert;

import java.util.List;

/**
 * A conversion that has been made.
 *
 * @param plan what was written and what was left out
 * @param overflows the tensors that {@link ConvertOptions#cast} made infinite elements of, in the
 *     order of the output
 */
public record Outcome(Plan plan, List<Overflow> overflows) {
  public Outcome {
    overflows = List.copyOf(overflows);
  }
}
