package dev.pt2st.inspect;

import dev.pt2st.Limits;
import dev.pt2st.torch.Policy;

/**
 * How a file is looked at.
 *
 * @param policy which globals count as accepted
 * @param limits what bounds the work
 * @param checkCrc whether the CRC-32 of each record that is read must be right
 */
public record InspectOptions(Policy policy, Limits limits, boolean checkCrc) {
  /** The rules' defaults. */
  public static final InspectOptions STANDARD =
      new InspectOptions(Policy.STANDARD, Limits.STANDARD, true);
}
