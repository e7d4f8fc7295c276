package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large pickle is followed on a thread of its own, and nothing is different for that. */
class TraceAheadTest {
  private static final String EVIL = "\200\2cos\nsystem\n(S'id'\ntR.";

  /** A text of 5 MB, which is popped again. */
  private static final String LARGE = "X\0\0\120\0" + "a".repeat(0x50_0000) + "0";

  @TempDir Path temporary;

  private FileReport scan(String pickle, String other) throws IOException {
    byte[] zip =
        new ZipBuilder()
            .stored("archive/data.pkl", bytes(pickle))
            .stored("archive/other.pkl", bytes(other))
            .stored("archive/version", bytes("3\n"))
            .build();
    return new FileScanner(ScanOptions.STANDARD)
        .scan(Files.write(temporary.resolve("large.pt"), zip));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void namesTheCall(FileReport report) {
    assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
    assertThat(report.findings())
        .anySatisfy(finding -> {
          assertThat(finding.global()).isNotNull();
          assertThat(finding.global().name()).hasToString("os.system");
        });
  }

  @Test
  void dataIsSafe() throws IOException {
    assertThat(scan("\200\2" + LARGE + "}.", "\200\2}.").verdict()).isEqualTo(Verdict.SAFE);
  }

  @Test
  void whatItCallsIsNamed() throws IOException {
    namesTheCall(scan("\200\2" + LARGE + EVIL.substring(2), "\200\2}."));
  }

  @Test
  void otherPicklesBesideItAreFollowedToo() throws IOException {
    namesTheCall(scan("\200\2" + LARGE + "}.", EVIL));
  }

  /** Bytes for whom nobody vouches, and for a function that loads a checkpoint from them. */
  @ParameterizedTest
  @ValueSource(strings = {"cmine\nload\n", "ctorch.storage\n_load_from_bytes\n"})
  void bytesThatItGivesToACallAreLookedAt(String load) throws IOException {
    String given = "B" + (char) EVIL.length() + "\0\0\0" + EVIL;
    namesTheCall(scan("\200\3" + LARGE + load + given + "\205R.", "\200\2}."));
  }
}
