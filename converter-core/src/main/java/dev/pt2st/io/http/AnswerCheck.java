package dev.pt2st.io.http;

import java.io.IOException;

/** Looks at the headers of an answer before a byte of its body is taken. */
@FunctionalInterface
public interface AnswerCheck {
  /** Takes every answer. */
  AnswerCheck NONE = answer -> {};

  /**
   * Refuses an answer by throwing.
   *
   * @param answer without its body
   */
  void check(HttpAnswer answer) throws IOException;
}
