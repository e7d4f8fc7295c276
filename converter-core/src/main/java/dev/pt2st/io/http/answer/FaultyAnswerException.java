package dev.pt2st.io.http.answer;

import java.io.IOException;

/** A response that is not the expected one; a retry may give that. */
public final class FaultyAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Makes an exception.
   *
   * @param what what is wrong, to follow the name of the source; contains nothing of the address
   */
  public FaultyAnswerException(String what) {
    super(what);
  }
}
