package dev.pt2st.io.http.answer;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives the body of a response. After a failed attempt it starts again. */
public interface BodySink {
  /**
   * A successful response begins: the first one, or one after a failed attempt.
   *
   * @param answer the response without its body
   * @return whether the body is wanted; if not, the request has succeeded, and the connection is
   *     closed if there is a body
   * @throws FaultyAnswerException if the response is not the expected one and a retry may give
   *     that; any other exception ends the request
   */
  boolean begin(HttpAnswer answer) throws IOException;

  /**
   * Receives the next bytes.
   *
   * @throws FaultyAnswerException if there are more than expected
   */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * The body is complete.
   *
   * @throws FaultyAnswerException if it is too short
   */
  void end() throws IOException;
}
