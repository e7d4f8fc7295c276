package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A configuration costs little, however it is made. */
class ConfigurationCostTest {
  @TempDir Path temporary;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private FileReport scan(byte[] content) throws IOException {
    Path file = Files.write(temporary.resolve("content.bin"), content);
    return new FileScanner(ScanOptions.STANDARD).scan(file);
  }

  /** Blanks, marks and names by the million are looked through in bounded time. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", " ", ", ", "- ", "-\n", "&a ", "!a\n", "*a", "target: nemo.a\n"})
  void anOddConfigurationIsReadInBoundedTime(String part) throws IOException {
    byte[] yaml = ascii("flavors:\n" + part.repeat(900_000 / part.length()));
    byte[] dots = ascii("target: nemo" + ".a".repeat(400_000) + "\n");
    assertTimeout(
        Duration.ofSeconds(30),
        () -> {
          assertThat(scan(yaml)).isNotNull();
          scan(Wrap.tar(Wrap.members("model_config.yaml", yaml)));
          FileReport report = scan(Wrap.tar(Wrap.members("model_config.yaml", dots)));
          assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
        });
  }
}
