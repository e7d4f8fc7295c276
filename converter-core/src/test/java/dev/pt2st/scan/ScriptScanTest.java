package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TorchScript that runs while its archive is loaded is judged. */
class ScriptScanTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "(self).other(), SAFE",
    "'torch.save(self.weight, \"a\")', UNKNOWN",
    "torch.eq(1); torch.eq(1), UNKNOWN",
  })
  void whatSetStateCallsIsJudged(String call, Verdict verdict) throws IOException {
    String added =
        String.format("  def __setstate__(self: X.Linear, s: int) -> int:\n    _0 = %s\n", call)
            + "  def other(self: X.Linear) -> int:\n    return 1\n";
    Path file = folder.resolve("a.pt");
    Files.write(file, withCode(added));

    FileReport report = new FileScanner(ScanOptions.STANDARD).scan(file);

    assertThat(report.verdict()).isEqualTo(verdict);
    if (verdict != Verdict.SAFE) {
      assertThat(report.findings().getFirst().message()).contains("__setstate__");
    }
  }

  private static byte[] withCode(String added) throws IOException {
    ZipBuilder zip = new ZipBuilder();
    try (ZipFile sample =
        new ZipFile(Corpus.root().resolve("samples/checkpoints/torchscript.pt").toFile())) {
      Enumeration<? extends ZipEntry> entries = sample.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        byte[] content = sample.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith("modules/linear.py")) {
          String code = new String(content, StandardCharsets.UTF_8);
          content = (code.stripTrailing() + '\n' + added).getBytes(StandardCharsets.UTF_8);
        }
        zip.stored(entry.getName(), content);
      }
    }
    return zip.build();
  }
}
