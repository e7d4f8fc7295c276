package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.convert.CheckpointFile;
import dev.pt2st.convert.Conversion;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.inspect.Inspector;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.Verdict;
import dev.pt2st.testing.Corpus;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work is cancelled by an interrupt of its thread, and the exception says that it was. */
class InterruptTest {
  private static final Path FILE =
      Corpus.root().resolve("samples/checkpoints").resolve("zip_basic.pt");

  @BeforeEach
  void interrupt() {
    Thread.currentThread().interrupt();
  }

  @AfterEach
  void clear() {
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void isCancelled(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(ClosedByInterruptException.class);
  }

  @Test
  void anInspection() {
    isCancelled(() -> Inspector.inspect(FILE, ReadOptions.STANDARD));
  }

  @Test
  void aConversion() {
    isCancelled(() -> Conversion.open(FILE, ConvertOptions.STANDARD));
  }

  @Test
  void aCheckpointFile() {
    isCancelled(() -> CheckpointFile.open(FILE, ReadOptions.STANDARD));
  }

  @Test
  void aScan() {
    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(FILE);
    assertThat(report.verdict()).isEqualTo(Verdict.UNREADABLE);
    assertThat(report.findings().getFirst().message()).contains("cancelled");
  }
}
