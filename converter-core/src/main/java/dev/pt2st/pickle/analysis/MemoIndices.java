package dev.pt2st.pickle.analysis;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import java.util.HashMap;
import java.util.Map;

/** The memo indices of a pickle, including those that do not fit a {@code long}. */
final class MemoIndices {
  /** Total digits of such indices that are kept. */
  private static final long MOST_DIGITS = LongNames.MOST_LONG_NAMES;

  private final Place place;

  /** The substitute for each index that does not fit a {@code long}. */
  private final Map<String, Long> longIndices = new HashMap<>(0);

  private long digitsKept;

  /**
   * The indices of one pickle.
   *
   * @param place the file and entry, for messages
   */
  MemoIndices(Place place) {
    this.place = place;
  }

  /**
   * The index of GET, PUT and similar opcodes; negative if there is none. An index that does not
   * fit is given a unique substitute.
   */
  long of(Instruction instruction) throws LimitException {
    long index = instruction.memoIndex();
    String digits = index < 0 ? instruction.indexDigits() : null;
    if (digits == null) {
      return index;
    }
    Long known = longIndices.get(digits);
    if (known == null) {
      digitsKept += digits.length();
      if (digitsKept > MOST_DIGITS) {
        throw new LimitException(
            place.at(instruction.offset()),
            Limit.HEAP_BYTES,
            "its memo has indices of more than " + MOST_DIGITS + " digits in all");
      }
      known = Long.MAX_VALUE - longIndices.size();
      longIndices.put(digits, known);
    }
    return known;
  }
}
