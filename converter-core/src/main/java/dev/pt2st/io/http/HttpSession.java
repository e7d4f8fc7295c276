package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.BodySink;
import dev.pt2st.io.http.answer.CollectedBody;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.http.answer.RangeBody;
import dev.pt2st.io.http.answer.RetryDelays;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends requests and retries them if that may help. Safe for use by several threads. Each method
 * blocks, and throws a {@link ClosedByInterruptException} if its thread is interrupted. No
 * connection is opened before the first request.
 *
 * <p>Redirects are followed only for GET and HEAD, only a few times, never from an encrypted
 * connection to an unencrypted one, and never into a kind of private network that the {@link
 * NamedServer} is not in. Credentials are sent to the named server only. A response that is
 * compressed without a request for it is faulty.
 */
public final class HttpSession implements AutoCloseable {
  private final HttpSettings settings;
  private final Pause pause;
  private final Attempts attempts;

  /**
   * Makes a session.
   *
   * @param environment the variables that may name a proxy, such as {@link System#getenv()}
   * @throws IOException if they name a proxy that is not supported
   */
  public HttpSession(HttpSettings settings, Traffic traffic, Map<String, String> environment)
      throws IOException {
    this(settings, traffic, environment, Resolver.SYSTEM, Pause.REAL);
  }

  HttpSession(
      HttpSettings settings,
      Traffic traffic,
      Map<String, String> environment,
      Resolver resolver,
      Pause pause)
      throws IOException {
    this.settings = settings;
    this.pause = pause;
    this.attempts = new Attempts(settings, traffic, ProxySettings.of(environment), resolver);
  }

  /** What was sent and received so far, with the limits. */
  public Traffic traffic() {
    return attempts.traffic();
  }

  /** The timeouts and retries. */
  public HttpSettings settings() {
    return settings;
  }

  /**
   * Sends a request with a short response.
   *
   * @param maxBody the maximum size of its body in bytes
   * @return a successful response (2xx), or a redirect if the call does not follow them
   * @throws SourceException if there is none; for any other status, by the rules of the call
   */
  public HttpAnswer send(HttpCall call, int maxBody) throws IOException {
    CollectedBody body = new CollectedBody(maxBody, AnswerCheck.NONE);
    HttpAnswer answer = transfer(call, 0, body);
    return answer.withBody(body.bytes());
  }

  /**
   * Fills a buffer with a range. The response must be a 206 with exactly this range of exactly this
   * total size, and its body must be exactly as long.
   *
   * @param call a GET; the header {@code Range} is added
   * @param offset the offset of the first byte
   * @param total the size of the whole object
   * @param target filled from its position to its limit, at least one byte; after an exception its
   *     content and its position are undefined
   * @param check checks that the response is of the right version; it may throw
   * @return the response without its body
   * @throws IndexOutOfBoundsException if the range is not within the object
   */
  public HttpAnswer read(
      HttpCall call, long offset, long total, ByteBuffer target, AnswerCheck check)
      throws IOException {
    int size = target.remaining();
    if (size == 0 || offset < 0 || offset > total - size) {
      throw new IndexOutOfBoundsException("No range of an object of " + total + " bytes");
    }
    RangeBody body = new RangeBody(offset, total, target, check);
    return transfer(call.header("Range", body.header()), size, body);
  }

  /**
   * Receives a body of any size, piece by piece.
   *
   * @param expected its approximate size in bytes, which must be within the budget and by which the
   *     time for an attempt grows
   * @return the response without its body
   */
  public HttpAnswer transfer(HttpCall call, long expected, BodySink sink) throws IOException {
    try {
      for (int attempt = 1; ; attempt++) {
        boolean last = attempt >= settings.attempts() || call.isSentOnce();
        Duration wait = RetryDelays.after(attempt, ThreadLocalRandom.current());
        try {
          Attempts.Outcome outcome = attempts.run(call, expected, sink);
          HttpAnswer answer = outcome.answer();
          if (outcome.taken()) {
            return answer;
          }
          if (last || !call.rules().isTransient(answer)) {
            throw call.rules().failure(call.source(), answer);
          }
          wait = longer(wait, askedWait(call.source(), answer));
        } catch (FailedAttempt e) {
          if (last || e.isFinal()) {
            throw new SourceException(call.source(), Reason.UNREADABLE, e.words());
          }
        }
        pause.of(wait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private Duration askedWait(ResourceName source, HttpAnswer answer) throws SourceException {
    Duration asked = RetryDelays.asked(answer, Instant.now()).orElse(Duration.ZERO);
    if (asked.compareTo(settings.longestWait()) > 0) {
      throw new SourceException(
          source,
          Reason.RATE_LIMITED,
          "the server asks to wait for " + asked.toSeconds() + " seconds; try later");
    }
    return asked;
  }

  /** Cancels pending requests and closes all connections. */
  @Override
  public void close() {
    attempts.close();
  }
}
