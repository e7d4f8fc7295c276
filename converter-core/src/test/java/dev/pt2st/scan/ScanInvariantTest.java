package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limits;
import dev.pt2st.testing.StrictConversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a sample is damaged, a scan ends with a report, and safe is what a conversion takes. */
class ScanInvariantTest {
  private static final int LARGEST = 20_000;
  private static final int TRIES = 15;

  @TempDir Path temporary;

  @Test
  void damagedSamplesAreSafeOnlyWhereAStrictReaderTakesThem() throws IOException {
    Path samples = Path.of(System.getProperty("pt2st.root", "..")).resolve("samples");
    Random random = new Random(7);
    int safe = 0;
    for (String folder : List.of("checkpoints", "hostile")) {
      List<Path> files;
      try (Stream<Path> all = Files.list(samples.resolve(folder))) {
        files = all.sorted().toList();
      }
      for (Path file : files) {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < TRIES && whole.length > 0 && whole.length < LARGEST; i++) {
          Path damaged = Files.write(temporary.resolve("damaged"), damage(whole, random));
          FileReport report = new FileScanner(ScanOptions.STANDARD).scan(damaged);
          if (report.verdict() == Verdict.SAFE) {
            safe++;
            assertThat(StrictConversion.objection(damaged, Limits.STANDARD))
                .as("%s, damaged", file)
                .isNull();
          }
        }
      }
    }
    assertThat(safe).isPositive();
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    for (int k = random.nextInt(1, 4); k > 0; k--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }
}
