package dev.pt2st.io.http;

import java.time.Duration;

/**
 * How long a server is waited for, and how often it is asked.
 *
 * @param connectTimeout for a connection with its TLS handshake
 * @param attemptTimeout for one request with its answer; one second is added for each {@link
 *     #SLOWEST} bytes of a body
 * @param stallTimeout for the next bytes of an answer that has begun
 * @param attempts how often a request is sent at most, until it succeeds
 * @param longestWait what a server may ask to wait for; if it asks for more, the request fails
 * @param connections how many requests are under way at most at the same time
 */
public record HttpSettings(
    Duration connectTimeout,
    Duration attemptTimeout,
    Duration stallTimeout,
    int attempts,
    Duration longestWait,
    int connections) {
  /** The bytes for which an attempt gets another second. */
  public static final int SLOWEST = 64 << 10;

  /** What fits servers on the internet. */
  public static final HttpSettings STANDARD =
      new HttpSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          5,
          Duration.ofMinutes(5),
          8);

  /** All of them are at least one, and no time is zero. */
  public HttpSettings {
    if (attempts < 1
        || connections < 1
        || !connectTimeout.isPositive()
        || !attemptTimeout.isPositive()
        || !stallTimeout.isPositive()
        || longestWait.isNegative()) {
      throw new IllegalArgumentException("Times and counts must be positive");
    }
  }

  /** The same with another number of connections. */
  public HttpSettings withConnections(int count) {
    return new HttpSettings(
        connectTimeout, attemptTimeout, stallTimeout, attempts, longestWait, count);
  }

  /** The same with another number of tries. */
  public HttpSettings withAttempts(int count) {
    return new HttpSettings(
        connectTimeout, attemptTimeout, stallTimeout, count, longestWait, connections);
  }

  Duration attemptTimeout(long bytes) {
    return attemptTimeout.plusSeconds(bytes / SLOWEST);
  }
}
