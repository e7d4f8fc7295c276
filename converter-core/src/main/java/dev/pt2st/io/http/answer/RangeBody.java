package dev.pt2st.io.http.answer;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Accepts exactly the requested range, or nothing. */
public final class RangeBody implements BodySink {
  private final long offset;
  private final long total;
  private final ByteBuffer target;
  private final int start;
  private final AnswerCheck check;

  public RangeBody(long offset, long total, ByteBuffer target, AnswerCheck check) {
    this.offset = offset;
    this.total = total;
    this.target = target;
    this.start = target.position();
    this.check = check;
  }

  public String header() {
    return "bytes=" + offset + "-" + (offset + size() - 1);
  }

  private int size() {
    return target.limit() - start;
  }

  @Override
  public boolean begin(HttpAnswer answer) throws IOException {
    target.position(start);
    if (answer.status() != 206) {
      throw new FaultyAnswerException(
          "the server answers a request for a range with " + answer.status() + " instead of 206");
    }
    check.check(answer);
    String expected = "bytes " + offset + "-" + (offset + size() - 1) + "/" + total;
    if (!answer.header("Content-Range").map(String::strip).orElse("").equals(expected)) {
      throw new FaultyAnswerException("the server sends another range than the one requested");
    }
    if (answer.header("Content-Length").isPresent()
        && answer.number("Content-Length").orElse(-1) != size()) {
      throw new FaultyAnswerException("the server sends a range of another length");
    }
    return true;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() > target.remaining()) {
      throw new FaultyAnswerException("the server sends more than the range requested");
    }
    target.put(bytes);
  }

  @Override
  public void end() throws IOException {
    if (target.hasRemaining()) {
      throw new FaultyAnswerException("the server sends less than the range requested");
    }
  }
}
