package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever listens to a scan hears of its begin, its bytes and its report. */
class ScanListenerTest {
  private static final ScanOptions FULL = new ScanOptions(ReadOptions.STANDARD, TensorBytes.READ);

  @TempDir Path temporary;

  private final Torch torch = new Torch();

  /** What was heard, in order; bytes of one file in a row are added up. */
  private static final class Heard implements ScanListener {
    final List<String> events = new ArrayList<>();
    long bytes;

    @Override
    public void begins(ResourceName file, long size) {
      events.add("begins " + file.fileName() + " " + size);
    }

    @Override
    public void looked(ResourceName file, long more) {
      assertThat(more).isNotNegative();
      bytes += more;
      String event = "looked " + file.fileName();
      if (!events.getLast().equals(event)) {
        events.add(event);
      }
    }

    @Override
    public void ends(FileReport report) {
      events.add("ends " + report.file().fileName() + " " + report.verdict());
    }
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(temporary.resolve(name), content);
  }

  @Test
  void aScanBeginsIsLookedAtAndEnds() throws IOException {
    Path file = file("a.pt", torch.zipOf(torch.tensor(1, 2)).build());
    Heard heard = new Heard();
    FileReport report = new FileScanner(ScanOptions.STANDARD, heard).scan(file);
    assertThat(report.verdict()).isEqualTo(Verdict.SAFE);
    assertThat(heard.events)
        .containsExactly("begins a.pt " + Files.size(file), "looked a.pt", "ends a.pt SAFE");
  }

  @Test
  void whatIsUnpackedCountsForTheFileOfTheUser() throws IOException {
    byte[] checkpoint = torch.zipOf(torch.tensor(1, 2)).build();
    Heard heard = new Heard();
    new FileScanner(ScanOptions.STANDARD, heard).scan(file("a.gz", Wrap.gzip(checkpoint)));
    assertThat(heard.events).contains("looked a.gz").hasSize(3);
    assertThat(heard.bytes).isGreaterThan(checkpoint.length);
  }

  @Test
  void tensorDataCountsIfItIsRead() throws IOException {
    Path file = file("a.pt", torch.zipOf(torch.tensor(new float[10_000])).build());
    Heard starts = new Heard();
    new FileScanner(ScanOptions.STANDARD, starts).scan(file);
    Heard full = new Heard();
    new FileScanner(FULL, full).scan(file);
    assertThat(starts.bytes).isLessThan(10_000);
    assertThat(full.bytes).isGreaterThan(40_000);
  }

  @Test
  void aFileThatIsNotThereBeginsAndEndsToo() {
    Heard heard = new Heard();
    new FileScanner(ScanOptions.STANDARD, heard).scan(temporary.resolve("none"));
    assertThat(heard.events).containsExactly("begins none 0", "ends none UNREADABLE");
  }

  @Test
  void whatAListenerThrowsEndsTheScan() throws IOException {
    Path file = file("a.pt", torch.zipOf(torch.tensor(1, 2)).build());
    ScanListener stops =
        new ScanListener() {
          @Override
          public void looked(ResourceName of, long bytes) {
            throw new IllegalStateException("enough");
          }
        };
    assertThatThrownBy(() -> new FileScanner(ScanOptions.STANDARD, stops).scan(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
  }
}
