package dev.pt2st.scan.search;

import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;

/**
 * A text that checks a deadline while regular expressions read it. On unusual text even a simple
 * expression may take quadratic time.
 */
final class TimedText implements CharSequence {
  private static final int LOOKED_AT_PER_LOOK_AT_THE_CLOCK = 1 << 20;

  private final String text;
  private final Deadline deadline;
  private final Place place;
  private int left = LOOKED_AT_PER_LOOK_AT_THE_CLOCK;

  /**
   * A text.
   *
   * @param deadline the deadline of the file that contains it
   * @param place the place of the text, for messages
   */
  TimedText(String text, Deadline deadline, Place place) {
    this.text = text;
    this.deadline = deadline;
    this.place = place;
  }

  /** Carries the exception out of a regular expression. */
  static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient LimitException problem;

    private TooLong(LimitException problem) {
      super(problem);
      this.problem = problem;
    }

    LimitException problem() {
      return problem;
    }
  }

  /**
   * A character.
   *
   * @throws TooLong if the deadline has passed
   */
  @Override
  public char charAt(int index) {
    if (--left == 0) {
      left = LOOKED_AT_PER_LOOK_AT_THE_CLOCK;
      try {
        deadline.check(() -> place);
      } catch (LimitException e) {
        throw new TooLong(e);
      }
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
