package dev.pt2st.io.http.answer;

import java.io.IOException;

/** Checks the headers of a response before a byte of its body is read. */
@FunctionalInterface
public interface AnswerCheck {
  /** Accepts every response. */
  AnswerCheck NONE = answer -> {};

  /**
   * Checks a response and throws to refuse it.
   *
   * @param answer without its body
   */
  void check(HttpAnswer answer) throws IOException;
}
