package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Policy;
import dev.pt2st.PolicyFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanRunTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-05-06T07:08:09.5Z"));

  @Test
  void theTimeIsNowOrThatOfReproducibleBuilds() {
    assertThat(ScanRun.time(Map.of(), CLOCK)).isEqualTo(CLOCK.instant());
    assertThat(ScanRun.time(Map.of("SOURCE_DATE_EPOCH", ""), CLOCK)).isEqualTo(CLOCK.instant());
    assertThat(ScanRun.time(Map.of("SOURCE_DATE_EPOCH", "86400"), CLOCK))
        .isEqualTo(Instant.parse("1970-01-02T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"today", "-1", "1.5", "253402300800", " 1"})
  void aTimeThatIsNoneIsRefused(String seconds) {
    assertThatThrownBy(() -> ScanRun.time(Map.of("SOURCE_DATE_EPOCH", seconds), CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SOURCE_DATE_EPOCH", seconds);
  }

  @Test
  void theDigestOfAPolicyIsThatOfItsLines() throws Exception {
    Policy policy =
        Policy.STANDARD
            .allow("zoo.*")
            .allow("a.b")
            .allow(new PolicyFile(List.of(new PolicyFile.Entry("x.Y", "reviewed,\ttwice"))));
    String lines = "allow\ta.b\nallow\tzoo.*\nlist\tx.Y\treviewed,\\ttwice\n";
    assertThat(Reports.run(policy, false).policyDigest())
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(lines.getBytes(StandardCharsets.UTF_8))));
    assertThat(Reports.run().policyDigest()).isEqualTo("none");
  }
}
