package dev.pt2st.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a, aa, false",
    "'', '', true",
    "'', a, false",
    "*, '', true",
    "*, a.b.c, true",
    "?, a, true",
    "?, '', false",
    "?, 🤗, true",
    "??, 🤗, false",
    "a*, a, true",
    "a*c, abcbc, true",
    "a*c, abcb, false",
    "*.weight, head.weight, true",
    "*.weight, head.weights, false",
    "encoder.*.bias, encoder.0.1.bias, true",
    "*a*b*, xxaxxbxx, true",
    "*a*b*, xxbxxaxx, false",
    "a?b*, axb, true",
    "\\*, *, true",
    "\\*, a, false",
    "a\\?, a?, true",
    "\\\\, \\, true",
    "\\, \\, true",
    "zoo.[ab], zoo.a, false"
  })
  void aNameMatchesAsAWhole(String glob, String name, boolean matches) {
    assertThat(new Glob(glob).matches(name)).isEqualTo(matches);
  }

  /** A backtracking matcher would take as many steps as the name's length to the power of eight. */
  @Test
  void noNameTakesLong() {
    Glob glob = new Glob("*a*a*a*a*a*a*a*a*b");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(glob.matches("a".repeat(20_000))).isFalse());
  }
}
