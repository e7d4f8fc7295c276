package dev.pt2st.io.http;

import java.io.IOException;

/** An answer that is not what was asked for; another try may give it. */
public final class FaultyAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Says what is wrong.
   *
   * @param what goes behind the name of the source, and holds nothing of the address
   */
  public FaultyAnswerException(String what) {
    super(what);
  }
}
