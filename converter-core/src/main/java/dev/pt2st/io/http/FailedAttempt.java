package dev.pt2st.io.http;

import java.io.IOException;

/**
 * No answer came about, or a faulty one. It holds words and no cause: a cause may show an address.
 */
final class FailedAttempt extends Exception {
  private static final long serialVersionUID = 1;

  private final String words;
  private final boolean last;

  FailedAttempt(IOException failure, Origin server) {
    super(null, null, false, false);
    this.words = Faults.words(failure, server);
    this.last = Faults.isFinal(failure);
  }

  /** What is wrong, without the name of the source. */
  String words() {
    return words;
  }

  /** Whether another try is in vain. */
  boolean isFinal() {
    return last;
  }
}
