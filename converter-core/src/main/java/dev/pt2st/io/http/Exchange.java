package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.BodyQueue;
import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.FaultyAnswerException;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A response whose headers were received and whose body is still to come. */
final class Exchange implements AutoCloseable {
  private final ResourceName source;
  private final HttpAnswer answer;
  private final BodyQueue body;
  private final Traffic traffic;
  private final long stall;
  private final long deadline;

  Exchange(
      ResourceName source,
      HttpAnswer answer,
      BodyQueue body,
      Traffic traffic,
      Duration stall,
      long deadline) {
    this.source = source;
    this.answer = answer;
    this.body = body;
    this.traffic = traffic;
    this.stall = stall.toNanos();
    this.deadline = deadline;
  }

  HttpAnswer answer() {
    return answer;
  }

  /** Passes the whole body to a sink. */
  void take(BodySink sink) throws IOException, FailedAttempt, InterruptedException {
    Origin server = Origin.of(answer.uri());
    try {
      if (answer.header("Content-Encoding").filter(Exchange::isEncoded).isPresent()) {
        throw new FaultyAnswerException(
            "the server sends it compressed, though that was not requested");
      }
      if (!sink.begin(answer)) {
        return;
      }
      while (true) {
        ByteBuffer piece = next(server);
        if (piece == null) {
          break;
        }
        sink.write(piece);
      }
      sink.end();
    } catch (FaultyAnswerException e) {
      throw new FailedAttempt(e, server);
    }
  }

  private static boolean isEncoded(String encoding) {
    return !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity");
  }

  /** The beginning of an error body; empty if it cannot be read. */
  byte[] beginning(int most) throws SourceException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      while (bytes.size() < most) {
        ByteBuffer piece = next(Origin.of(answer.uri()));
        if (piece == null) {
          break;
        }
        byte[] copy = new byte[Math.min(piece.remaining(), most - bytes.size())];
        piece.get(copy);
        bytes.writeBytes(copy);
      }
    } catch (FailedAttempt e) {
      // The status is enough.
    }
    return bytes.toByteArray();
  }

  private @Nullable ByteBuffer next(Origin server)
      throws SourceException, FailedAttempt, InterruptedException {
    ByteBuffer piece;
    try {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new HttpTimeoutException("too slow");
      }
      piece = body.next(Math.min(stall, left));
    } catch (IOException e) {
      throw new FailedAttempt(e, server);
    }
    if (piece != null) {
      traffic.received(source, piece.remaining());
    }
    return piece;
  }

  /** Discards the rest of the body, and closes the connection if there is any. */
  @Override
  public void close() {
    body.cancel();
  }
}
