package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Credentials are asked for when they are needed, and again before they end. */
class CredentialProviderTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SetClock clock = new SetClock();
  private final Deque<Object> answers = new ArrayDeque<>();
  private int asked;

  private final CredentialProvider provider =
      new CredentialProvider(List.of(() -> null, this::answer), clock);

  /** A clock that a test sets. */
  private static final class SetClock extends Clock {
    private Instant now = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private AwsCredentials answer() throws IOException {
    asked++;
    if (answers.remove() instanceof AwsCredentials credentials) {
      return credentials;
    }
    throw new CredentialsException("not now");
  }

  private static AwsCredentials until(int minutes) {
    Instant end = minutes < 0 ? null : START.plus(Duration.ofMinutes(minutes));
    return new AwsCredentials("AK" + minutes, "SECRET", null, end, "the test");
  }

  private String at(int minutes) throws IOException {
    clock.now = START.plus(Duration.ofMinutes(minutes));
    return provider.get().accessKeyId();
  }

  @Test
  void thoseWithoutAnEndAreAskedForOnce() throws Exception {
    answers.add(until(-1));

    assertThat(at(0)).isEqualTo("AK-1");
    assertThat(at(100_000)).isEqualTo("AK-1");
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void newOnesComeFiveMinutesBeforeTheEnd() throws Exception {
    answers.addAll(List.of(until(60), until(120)));

    assertThat(at(0)).isEqualTo("AK60");
    assertThat(at(54)).isEqualTo("AK60");
    assertThat(at(55)).isEqualTo("AK120");
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void theOldOnesServeWhileThereAreNoNewOnes() throws Exception {
    answers.addAll(List.of(until(60), "", "", until(120)));

    assertThat(at(0)).isEqualTo("AK60");
    assertThat(at(56)).isEqualTo("AK60");
    assertThat(asked).isEqualTo(2);
    clock.now = clock.now.plusSeconds(59);
    assertThat(provider.get().accessKeyId()).isEqualTo("AK60");
    assertThat(asked).isEqualTo(2);
    assertThat(at(57)).isEqualTo("AK60");
    assertThat(asked).isEqualTo(3);
    assertThat(at(59)).isEqualTo("AK120");
  }

  @Test
  void endedOnesServeNoMore() throws Exception {
    answers.addAll(List.of(until(60), ""));

    at(0);
    assertThatThrownBy(() -> at(60)).isInstanceOf(CredentialsException.class).hasMessage("not now");
  }
}
