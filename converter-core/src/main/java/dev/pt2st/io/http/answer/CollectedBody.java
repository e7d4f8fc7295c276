package dev.pt2st.io.http.answer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** A short body in memory. */
public final class CollectedBody implements BodySink {
  private final int max;
  private final AnswerCheck check;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public CollectedBody(int max, AnswerCheck check) {
    this.max = max;
    this.check = check;
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }

  @Override
  public boolean begin(HttpAnswer answer) throws IOException {
    bytes.reset();
    check.check(answer);
    return true;
  }

  @Override
  public void write(ByteBuffer piece) throws IOException {
    if (piece.remaining() > max - bytes.size()) {
      throw new FaultyAnswerException(
          String.format(Locale.ROOT, "the server answers with more than %,d bytes", max));
    }
    byte[] copy = new byte[piece.remaining()];
    piece.get(copy);
    bytes.writeBytes(copy);
  }

  @Override
  public void end() {
    // The client itself checks a body against its stated length.
  }
}
