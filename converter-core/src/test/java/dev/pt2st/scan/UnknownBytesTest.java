package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of no known format are searched at every offset for streams of any protocol. */
class UnknownBytesTest {
  /** Nothing of which an opcode is, or a text. */
  private static final byte[] NOISE = new byte[777];

  static {
    Arrays.fill(NOISE, (byte) 0xf3);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(S'id'\ntR.",
        "(S'id'\nios\nsystem\n.",
        "(cos\nsystem\nS'id'\no.",
        "(\u008c\2os\u008c\6system\u0093S'id'\no.",
        "(VidZ\nK\1ios\nsystem\n.",
        "(K\1ios\nsystem\n.",
        "(NK\1\210\211\210\211\210\211ios\nsystem\n.",
        "\u008c\2os\u008c\6system\u0093)R.",
        "\u008c\2os\u0094\u008c\6system\u0094\u0093\u0094)R.",
        "\u008c\2osN0\u008c\6system\u0093)R.",
        "X\2\0\0\0osX\6\0\0\0system\u0093)R.",
        "\u008d\2\0\0\0\0\0\0\0os\u008d\6\0\0\0\0\0\0\0system\u0093)R.",
        "Vos\nVsystem\n\u0093)R.",
        "S'os'\nS\"system\"\n\u0093)R.",
        "U\2osU\6system\u0093)R.",
        "T\2\0\0\0osT\6\0\0\0system\u0093)R.",
        "\200\4\u008c\2os\u008c\6system\u0093)R.",
      })
  void aStreamIsFoundWhereverItBegins(String stream) throws IOException {
    byte[] pickle = stream.getBytes(StandardCharsets.ISO_8859_1);
    FileReport report = scan(Wrap.concat(NOISE, Wrap.concat(pickle, NOISE)));
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.global()).isNotNull();
          assertThat(finding.global().name().toString()).isEqualTo("os.system");
        });
  }

  @Test
  void moreStreamsThanAreLookedIntoAreSaid() throws IOException {
    byte[] start = {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3, 4};
    byte[] many = new byte[5000 * start.length];
    for (int i = 0; i < many.length; i++) {
      many[i] = start[i % start.length];
    }
    FileReport report = scan(Wrap.concat(NOISE, many));
    assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(report.findings()).anyMatch(finding -> finding.rule() == Rule.OVER_LIMIT);
  }

  @Test
  void noiseIsUnrecognized() throws IOException {
    assertThat(scan(NOISE).verdict()).isEqualTo(Verdict.UNRECOGNIZED);
  }

  private FileReport scan(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("content.bin"), content);
    return new FileScanner(ScanOptions.STANDARD).scan(file);
  }
}
