package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.ReadOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small file costs little, however it is made. */
class ScanCostTest {
  @TempDir Path folder;

  /** Archives within one another, and a pickle in the innermost, without the last directory. */
  private Path nested(int depth) throws IOException {
    byte[] content = "cos\nsystem\n(S'id'\ntR.".getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < depth; i++) {
      content = new ZipBuilder().stored("inner", content).build();
    }
    return Files.write(folder.resolve("nested"), Arrays.copyOf(content, content.length - 30));
  }

  @Test
  @Timeout(20)
  void archivesWithinADamagedOneAreLookedAtOnceEach() throws IOException {
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(nested(60));
    assertThat(report.verdict()).isEqualTo(Verdict.DANGEROUS);
    assertThat(report.findings())
        .extracting(finding -> String.valueOf(finding.message()))
        .anyMatch(message -> message.startsWith("calls os.system"));
  }

  @Test
  void damagedArchivesHaveNoMoreEntriesInAllThanOneMayHave() throws IOException {
    Path file = nested(6);
    for (int entries : new int[] {5, 6}) {
      Limits limits = Limits.STANDARD.with(Limit.ENTRIES, entries);
      FileReport report =
          new FileScanner(
                  new ScanOptions(ReadOptions.STANDARD.withLimits(limits), TensorBytes.SKIP))
              .scan(file);
      assertThat(report.findings().stream().anyMatch(found -> found.rule() == Rule.OVER_LIMIT))
          .isEqualTo(entries < 6);
    }
  }
}
