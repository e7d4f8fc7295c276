package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.testing.CorpusFiles;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A source that is read by ranges gets the report of the same file on the disk. */
@Timeout(300)
class RangedScanTest {
  private static final FileScanner SCANNER =
      new FileScanner(new ScanOptions(Faults.unhurried(), ScanOptions.TensorBytes.SKIP));

  static List<Path> files() {
    return CorpusFiles.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyBlockIsFetchedBeforeItIsLookedAt(Path file) {
    assertThat(SCANNER.scan(TestSource.of(file).byteByByte())).isEqualTo(SCANNER.scan(file));
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsFetchedAheadChangesNothing(Path file) {
    assertThat(SCANNER.scan(TestSource.of(file).input())).isEqualTo(SCANNER.scan(file));
  }
}
