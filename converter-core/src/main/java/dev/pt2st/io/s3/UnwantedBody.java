package dev.pt2st.io.s3;

import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.HttpAnswer;
import java.nio.ByteBuffer;

/** Declines the body: only the status of the response matters. */
final class UnwantedBody implements BodySink {
  @Override
  public boolean begin(HttpAnswer answer) {
    return false;
  }

  @Override
  public void write(ByteBuffer bytes) {
    throw new AssertionError("no body is wanted");
  }

  @Override
  public void end() {
    // There is no body.
  }
}
