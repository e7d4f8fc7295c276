package dev.pt2st.io.http;

import java.time.Duration;

/**
 * Timeouts and retries.
 *
 * @param connectTimeout the timeout for a connection with its TLS handshake
 * @param attemptTimeout the timeout for one request with its response; one second is added for each
 *     {@link #SLOWEST} bytes of a body
 * @param stallTimeout the timeout for the next bytes of a response
 * @param attempts how many times a request is sent at most
 * @param longestWait the longest wait that a server may ask for; if it asks for more, the request
 *     fails
 * @param connections the maximum number of concurrent requests
 */
public record HttpSettings(
    Duration connectTimeout,
    Duration attemptTimeout,
    Duration stallTimeout,
    int attempts,
    Duration longestWait,
    int connections) {
  /** The number of bytes for which an attempt gets another second. */
  public static final int SLOWEST = 64 << 10;

  /** The defaults, for servers on the internet. */
  public static final HttpSettings STANDARD =
      new HttpSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          5,
          Duration.ofMinutes(5),
          8);

  /** Checks that all numbers are at least one and no time is zero. */
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

  /** These settings with another number of connections. */
  public HttpSettings withConnections(int count) {
    return new HttpSettings(
        connectTimeout, attemptTimeout, stallTimeout, attempts, longestWait, count);
  }

  /** These settings with another number of attempts. */
  public HttpSettings withAttempts(int count) {
    return new HttpSettings(
        connectTimeout, attemptTimeout, stallTimeout, count, longestWait, connections);
  }

  Duration attemptTimeout(long bytes) {
    return attemptTimeout.plusSeconds(bytes / SLOWEST);
  }
}
