package dev.pt2st.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "99900, 99.9 kB",
    "99960, 100 kB",
    "999499, 999 kB",
    "999500, 1.0 MB",
    "2500000000, 2.5 GB",
    "9.2e18, 9.2 EB"
  })
  void bytesHaveADecimalPrefix(double bytes, String words) {
    assertThat(Units.bytes(bytes)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 0.05 s",
    "999, 1.0 s",
    "12340, 12.3 s",
    "99960, 1 min 39 s",
    "125000, 2 min 5 s"
  })
  void secondsAreRounded(long millis, String words) {
    assertThat(Units.seconds(Duration.ofMillis(millis))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 tensors", "1, 1 tensor", "2, 2 tensors"})
  void countsAgreeWithTheirNoun(long count, String words) {
    assertThat(Units.count(count, "tensor")).isEqualTo(words);
  }
}
