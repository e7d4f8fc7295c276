package dev.pt2st.io.http.answer;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long to wait before the next attempt. */
public final class RetryDelays {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int MOST_DOUBLINGS = 10;

  /** {@code "resolvers";r=0;t=12}: no quota is left for the next 12 seconds. */
  private static final Pattern QUOTA = Pattern.compile(";\\s*r=(\\d{1,9})\\s*;\\s*t=(\\d{1,9})");

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  private RetryDelays() {}

  /**
   * A wait that grows with the attempts and is randomized, so that requests that failed together
   * are not retried together.
   */
  public static Duration after(int attempt, RandomGenerator random) {
    long most = FIRST.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS);
    most = Math.min(most, LONGEST.toMillis());
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  /** The wait that the server asks for. */
  public static Optional<Duration> asked(HttpAnswer answer, Instant now) {
    Optional<Duration> after = answer.header("Retry-After").flatMap(text -> retryAfter(text, now));
    if (after.isPresent() || answer.status() != 429) {
      return after;
    }
    Matcher quota = QUOTA.matcher(answer.header("RateLimit").orElse(""));
    return quota.find() && Long.parseLong(quota.group(1)) == 0
        ? Optional.of(Duration.ofSeconds(Long.parseLong(quota.group(2))))
        : Optional.empty();
  }

  private static Optional<Duration> retryAfter(String text, Instant now) {
    String value = text.strip();
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
