package dev.pt2st.io.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the body of an answer. After a failed attempt it starts again. */
public interface BodySink {
  /**
   * A successful answer begins, the first one or one after a failed attempt.
   *
   * @param answer without its body
   * @return whether the body is wanted; if not, the request has succeeded, and the connection is
   *     given up if there is a body
   * @throws FaultyAnswerException if the answer is not the one that was asked for, and another try
   *     may give it; any other exception ends the request
   */
  boolean begin(HttpAnswer answer) throws IOException;

  /**
   * Takes the next bytes.
   *
   * @throws FaultyAnswerException if there are more than the answer may have
   */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * The body is complete.
   *
   * @throws FaultyAnswerException if it is too short
   */
  void end() throws IOException;
}
