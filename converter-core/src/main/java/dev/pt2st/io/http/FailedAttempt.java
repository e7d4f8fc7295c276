package dev.pt2st.io.http;

import java.io.IOException;

/**
 * There was no response, or a faulty one. It has a message but no cause, since a cause may contain
 * an address.
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

  /** Whether a retry is useless. */
  boolean isFinal() {
    return last;
  }
}
