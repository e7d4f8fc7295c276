package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.ResourceName;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.scan.Rule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScanProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ScanProgress progress(boolean interactive, boolean wanted) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new ScanProgress(new Terminal(stream, stream, false, interactive, 60), wanted);
  }

  private static void scan(ScanProgress progress, ScannedFile file) {
    progress.begins(file.report().file(), 5);
    progress.looked(file.report().file(), 2_500_000);
    progress.ends(file.report());
  }

  @Test
  void theLineCountsAndNamesWithoutControlCharacters() {
    try (ScanProgress progress = progress(false, true)) {
      scan(progress, Reports.file("a.pt"));
      scan(progress, Reports.file("b\u001b[2J.pt", Rule.BROKEN_PICKLE, "m"));
      assertThat(progress.line(80))
          .isEqualTo("2 files scanned, 5.0 MB, 1 not safe: b\\u001b[2J.pt");
      progress.begins(new ResourceName("x".repeat(500)), 1);
      assertThat(progress.line(60)).hasSize(60).startsWith("2 files scanned").contains("…");
      assertThat(progress.line(10)).hasSizeLessThanOrEqualTo(10);
    }
  }

  @Test
  void itIsShownToAPersonAndGoneAtTheEnd() throws InterruptedException {
    try (ScanProgress progress = progress(true, true)) {
      scan(progress, Reports.file("a.pt"));
      Thread.sleep(1500);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("1 file scanned, 2.5 MB: a.pt")
        .endsWith("\r" + " ".repeat(59) + "\r");
  }

  @Test
  void itIsNotShownElsewhere() throws InterruptedException {
    try (ScanProgress program = progress(false, true);
        ScanProgress unwanted = progress(true, false)) {
      Thread.sleep(1300);
      assertThat(program.line(60)).isEqualTo(unwanted.line(60));
    }
    assertThat(err.size()).isZero();
  }
}
