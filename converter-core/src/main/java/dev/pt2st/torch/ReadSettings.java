package dev.pt2st.torch;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.work.Deadline;

/**
 * Settings for the readers of all layouts.
 *
 * @param policy which globals are accepted
 * @param limits the limits on the work
 * @param checkCrc whether the CRC-32 of each record that is read must match
 * @param deadline when the pickles of the input must have been read
 */
public record ReadSettings(Policy policy, Limits limits, boolean checkCrc, Deadline deadline) {

  /** Refuses a pickle that is larger than the limit before any of it is read. */
  public void checkPickleSize(long size, Place place) throws LimitException {
    if (size > limits.get(Limit.PICKLE_BYTES)) {
      throw new LimitException(
          place,
          Limit.PICKLE_BYTES,
          "the pickle has " + size + " bytes, more than " + limits.get(Limit.PICKLE_BYTES));
    }
  }
}
